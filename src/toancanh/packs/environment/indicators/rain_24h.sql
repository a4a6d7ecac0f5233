WITH hourly AS (
  SELECT station, toStartOfHour(time) AS hour, sum(rain) AS fallen
  FROM rainfall
  GROUP BY station, hour
)
SELECT hour AS time, station,
  sum(fallen) OVER (PARTITION BY station ORDER BY toUnixTimestamp(hour) RANGE BETWEEN 82800 PRECEDING AND CURRENT ROW) AS value
FROM hourly
