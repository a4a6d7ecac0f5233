WITH
  moments AS (
    SELECT
      intDiv(toUnixTimestamp({from}) + 299, 300) * 300 + intDiv(number, 4) * 300 AS second,
      1 + number % 4 AS station
    FROM numbers(4 * (1 + intDiv(toUnixTimestamp({to}) - toUnixTimestamp({from}), 300)))
  ),
  drawn AS (
    SELECT second, station,
      52 + 4 * station + 9 * sin((second % 86400 - 21600) * 2 * pi() / 86400) AS level,
      (sipHash64({seed}, station, second) % 1000) / 1000 AS noise
    FROM moments
    WHERE second < toUnixTimestamp({to})
  )
SELECT
  concat('TB', leftPad(toString(station), 2, '0')) AS meter,
  toDateTime64(second, 3, 'UTC') AS time,
  106.64 + 0.02 * station AS lon,
  20.84 + 0.01 * station AS lat,
  round(level + 12 * noise, 1) AS value,
  round(level + 12 * noise + 6, 1) AS peak
FROM drawn
