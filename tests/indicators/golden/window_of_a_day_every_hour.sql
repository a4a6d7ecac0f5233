SELECT toStartOfHour(subtractSeconds(_end, 1), 'Asia/Ho_Chi_Minh') AS _time,
       `station` AS _by_station,
       avg(`pm25`) AS _town__pm25_24h
FROM (
  SELECT *,
         arrayJoin(arrayMap(n -> addSeconds(toStartOfHour(`time`, 'Asia/Ho_Chi_Minh'), 3600 * n), range(1, 25))) AS _end
  FROM town__air
  WHERE `time` >= '2026-03-17 02:00:00.000'
    AND `time` < '2026-03-18 04:00:00.000'
)
WHERE _end >= toDateTime('2026-03-18 02:00:00', 'UTC')
  AND _end <= toDateTime('2026-03-18 04:00:00', 'UTC')
GROUP BY _time, _by_station
ORDER BY _time, _by_station NULLS LAST
LIMIT 10001
