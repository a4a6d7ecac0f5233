SELECT toStartOfDay(toStartOfHour(`time`), 'Asia/Ho_Chi_Minh') AS _time,
       `station` AS _by_station,
       count() AS _town__readings
FROM town__air
WHERE toStartOfHour(`time`) >= toDateTime('2026-02-28 17:00:00', 'UTC')
  AND toStartOfHour(`time`) < toDateTime('2026-03-14 17:00:00', 'UTC')
GROUP BY _time, _by_station
ORDER BY _time, _by_station NULLS LAST
LIMIT 10001
