SELECT nullIf(_unit, '') AS _by_unit,
       100 * countIf((coalesce(`finished_at`, {now:DateTime64(3, 'UTC')}) <= `due_at`)) / nullIf(count(), 0) AS _town__on_time_rate
FROM (
  SELECT *
  FROM town__permit
  WHERE `updated_at` < '2026-03-09 17:00:00.000'
    AND _received <= '2026-03-09 17:00:00.000'
  ORDER BY `code`, `updated_at` DESC, _received DESC
  LIMIT 1 BY `code`
)
WHERE `received_at` >= '2026-02-28 17:00:00.000'
  AND `received_at` < '2026-03-14 17:00:00.000'
GROUP BY _by_unit
ORDER BY _by_unit NULLS LAST
LIMIT 10001
