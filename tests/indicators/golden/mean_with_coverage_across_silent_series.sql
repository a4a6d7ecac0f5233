SELECT _time,
       _by_kind,
       _town__pm25,
       _town__pm25__coverage,
       CAST(multiIf(_time < toDateTime64('2026-03-09 17:00:00.000', 3, 'UTC'), 50, 45) AS Nullable(Float64)) AS _town__pm25__target
FROM (
  SELECT _time,
         _by_kind,
         ifNotFinite(least(1, _town__pm25__c / (greatest(0, least(toUnixTimestamp(addDays(_time, 1)), 1773507600) - greatest(toUnixTimestamp(_time), 1772298000)) / 3600 * uniqExactMerge(_town__pm25__s) OVER (PARTITION BY _by_kind))), 1) AS _town__pm25__coverage,
         if(_town__pm25__coverage >= 0.75, _town__pm25__v, NULL) AS _town__pm25
  FROM (
    SELECT toStartOfDay(`time`, 'Asia/Ho_Chi_Minh') AS _time,
           `kind` AS _by_kind,
           avg(`pm25`) AS _town__pm25__v,
           count(`pm25`) AS _town__pm25__c,
           uniqExactState(`station`) AS _town__pm25__s
    FROM town__air
    WHERE `time` >= '2026-02-28 17:00:00.000'
      AND `time` < '2026-03-14 17:00:00.000'
      AND ((`working` IS NULL) OR `working`)
    GROUP BY _time, _by_kind
  )
)
ORDER BY _time, _by_kind NULLS LAST
LIMIT 10001
