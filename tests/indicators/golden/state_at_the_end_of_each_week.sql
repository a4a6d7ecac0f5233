SELECT toDateTime64(toStartOfWeek(fromUnixTimestamp64Milli(_ms - 1, 'UTC'), 1, 'Asia/Ho_Chi_Minh'), 0, 'Asia/Ho_Chi_Minh') AS _time,
       countIf(((`due_at` >= fromUnixTimestamp64Milli(_ms, 'UTC')) AND (`due_at` < (fromUnixTimestamp64Milli(_ms, 'UTC') + INTERVAL 48 HOUR)))) AS _town__due_soon
FROM (
  SELECT *,
         arrayJoin(arrayFilter(e -> e > _began AND e <= _replaced, [1772384400000, 1772989200000, 1773507600000])) AS _ms
  FROM (
    SELECT *,
           toUnixTimestamp64Milli(`updated_at`) AS _began,
           leadInFrame(toUnixTimestamp64Milli(`updated_at`), 1, toInt64(9223372036854775807)) OVER (PARTITION BY `code` ORDER BY `updated_at`, _received ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS _replaced
    FROM town__permit
    WHERE `updated_at` < '2026-03-14 17:00:00.000'
  )
  WHERE _replaced >= 1772384400000
    AND (`finished_at` IS NULL)
)
GROUP BY _time, _ms
ORDER BY _time
LIMIT 10001
