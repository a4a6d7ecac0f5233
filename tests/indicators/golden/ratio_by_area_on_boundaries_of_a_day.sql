SELECT nullIf(dictGet('_area_restate', 'e0', _area), '') AS _by_area,
       100 * countIf((`pm25` > 40)) / nullIf(count(`pm25`), 0) AS _town__dirty_share
FROM town__air
WHERE `time` >= '2026-02-28 17:00:00.000'
  AND `time` < '2026-03-14 17:00:00.000'
  AND dictGet('_area_restate', 'e0', _area) IN ({p1:String})
GROUP BY _by_area
ORDER BY _by_area NULLS LAST
LIMIT 10001
