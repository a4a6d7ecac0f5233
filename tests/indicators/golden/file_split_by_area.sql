SELECT toStartOfDay(_at, 'Asia/Ho_Chi_Minh') AS _time,
       nullIf(dictGet('_area_restate', 'province1', dictGet('_area_restate', 'e1', _area)), '') AS _by_area_province,
       max(value) AS _town__worst_hour
FROM (
  WITH `_town__air` AS (
    SELECT *
    FROM town__air
    WHERE `time` >= '2026-02-28 15:00:00.000'
      AND `time` < '2026-03-14 17:00:00.000'
  )
  SELECT f.*,
         toDateTime64(time, 3, 'Asia/Ho_Chi_Minh') AS _at,
         p._last_area AS _area
  FROM (
    WITH `hourly` AS (SELECT `station`, toStartOfHour(`time`) AS `hour`, avg(`pm10`) AS `mean` FROM `_town__air` AS `air` GROUP BY `station`, `hour`) SELECT `hour` AS `time`, `station`, avg(`mean`) OVER (PARTITION BY `station` ORDER BY toUnixTimestamp(`hour`) ASC NULLS LAST RANGE BETWEEN 7200 PRECEDING AND CURRENT ROW) AS `value` FROM `hourly` AS `hourly`
  ) AS f
  LEFT JOIN (
    SELECT `station`,
           argMax(_area, `time`) AS _last_area
    FROM `_town__air`
    GROUP BY `station`
  ) AS p USING (`station`)
)
WHERE _at >= toDateTime64('2026-02-28 17:00:00.000', 3, 'UTC')
  AND _at < toDateTime64('2026-03-14 17:00:00.000', 3, 'UTC')
GROUP BY _time, _by_area_province
ORDER BY _time, _by_area_province NULLS LAST
LIMIT 10001
