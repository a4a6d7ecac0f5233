SELECT _time,
       sum(_town__law_share__n) / nullIf(sum(_town__law_share__d), 0) AS _town__law_share
FROM (
  SELECT toDateTime64(toStartOfWeek(`time`, 1, 'Asia/Ho_Chi_Minh'), 0, 'Asia/Ho_Chi_Minh') AS _time,
         100 * countIf((`pm10` > 30)) AS _town__law_share__n,
         count() AS _town__law_share__d
  FROM town__air
  WHERE `time` >= '2026-02-28 17:00:00.000'
    AND `time` < '2026-03-09 17:00:00.000'
  GROUP BY _time
  UNION ALL
  SELECT toDateTime64(toStartOfWeek(`time`, 1, 'Asia/Ho_Chi_Minh'), 0, 'Asia/Ho_Chi_Minh') AS _time,
         100 * countIf((`pm10` > 60)) AS _town__law_share__n,
         count() AS _town__law_share__d
  FROM town__air
  WHERE `time` >= '2026-03-09 17:00:00.000'
    AND `time` < '2026-03-14 17:00:00.000'
  GROUP BY _time
)
GROUP BY _time
ORDER BY _time
LIMIT 10001
