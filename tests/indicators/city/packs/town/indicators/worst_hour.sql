WITH hourly AS (
  SELECT station, toStartOfHour(time) AS hour, avg(pm10) AS mean FROM air GROUP BY station, hour
)
SELECT hour AS time, station,
  avg(mean) OVER (PARTITION BY station ORDER BY toUnixTimestamp(hour) RANGE BETWEEN 7200 PRECEDING AND CURRENT ROW) AS value
FROM hourly
