WITH hourly AS (
  SELECT toStartOfHour(time) AS hour, ship_type, mmsi,
    uniqExact(intDiv(toUnixTimestamp(time), 600)) AS heard,
    intDiv(toUnixTimestamp(max(time)), 600) - intDiv(toUnixTimestamp(min(time)), 600) + 1 AS spans
  FROM position
  GROUP BY hour, ship_type, mmsi
)
SELECT hour AS time, ship_type, sum(spans - heard) * 100 AS numerator, sum(spans) AS denominator
FROM hourly
GROUP BY time, ship_type
