SELECT _time,
       any(_town__readings) AS _town__readings,
       any(_town__readings__previous) AS _town__readings__previous,
       any(_town__permits) AS _town__permits,
       any(_town__permits__previous) AS _town__permits__previous
FROM (
  SELECT _time,
         part._town__readings AS _town__readings,
         NULL AS _town__readings__previous,
         NULL AS _town__permits,
         NULL AS _town__permits__previous,
         1 AS _asked
  FROM (
    SELECT toStartOfDay(toStartOfHour(`time`), 'Asia/Ho_Chi_Minh') AS _time,
           count() AS _town__readings
    FROM town__air
    WHERE toStartOfHour(`time`) >= toDateTime('2026-02-28 17:00:00', 'UTC')
      AND toStartOfHour(`time`) < toDateTime('2026-03-14 17:00:00', 'UTC')
    GROUP BY _time
  ) AS part
  UNION ALL
  SELECT _time,
         NULL AS _town__readings,
         NULL AS _town__readings__previous,
         part._town__permits AS _town__permits,
         NULL AS _town__permits__previous,
         1 AS _asked
  FROM (
    SELECT toStartOfDay(`received_at`, 'Asia/Ho_Chi_Minh') AS _time,
           count() AS _town__permits
    FROM (
      SELECT *
      FROM town__permit
      WHERE `updated_at` < '2026-03-18 03:10:00.000'
      ORDER BY `code`, `updated_at` DESC, _received DESC
      LIMIT 1 BY `code`
    )
    WHERE `received_at` >= '2026-02-28 17:00:00.000'
      AND `received_at` < '2026-03-14 17:00:00.000'
    GROUP BY _time
  ) AS part
  UNION ALL
  SELECT _time,
         NULL AS _town__readings,
         part._town__readings AS _town__readings__previous,
         NULL AS _town__permits,
         NULL AS _town__permits__previous,
         0 AS _asked
  FROM (
    SELECT addDays(before._time, 14) AS _time,
           _town__readings
    FROM (
      SELECT toStartOfDay(toStartOfHour(`time`), 'Asia/Ho_Chi_Minh') AS _time,
             count() AS _town__readings
      FROM town__air
      WHERE toStartOfHour(`time`) >= toDateTime('2026-02-14 17:00:00', 'UTC')
        AND toStartOfHour(`time`) < toDateTime('2026-02-28 17:00:00', 'UTC')
      GROUP BY _time
    ) AS before
  ) AS part
  UNION ALL
  SELECT _time,
         NULL AS _town__readings,
         NULL AS _town__readings__previous,
         NULL AS _town__permits,
         part._town__permits AS _town__permits__previous,
         0 AS _asked
  FROM (
    SELECT addDays(before._time, 14) AS _time,
           _town__permits
    FROM (
      SELECT toStartOfDay(`received_at`, 'Asia/Ho_Chi_Minh') AS _time,
             count() AS _town__permits
      FROM (
        SELECT *
        FROM town__permit
        WHERE `updated_at` < '2026-03-18 03:10:00.000'
        ORDER BY `code`, `updated_at` DESC, _received DESC
        LIMIT 1 BY `code`
      )
      WHERE `received_at` >= '2026-02-14 17:00:00.000'
        AND `received_at` < '2026-02-28 17:00:00.000'
      GROUP BY _time
    ) AS before
  ) AS part
)
GROUP BY _time
HAVING max(_asked) = 1
ORDER BY _town__permits DESC NULLS LAST, _time
LIMIT 6
