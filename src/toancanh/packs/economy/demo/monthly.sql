WITH
  months AS (
    SELECT addMonths(toStartOfMonth(toDate({from}, 'Asia/Ho_Chi_Minh')), toInt32(number) - 3) AS month
    FROM numbers(toUInt64(dateDiff('month', toDate({from}, 'Asia/Ho_Chi_Minh'), toDate({to}, 'Asia/Ho_Chi_Minh')) + 4))
  ),
  figures AS (
    SELECT month, arrayJoin([
      ('iip', 112.0, 0.06), ('retail', 24500.0, 0.08), ('revenue', 13200.0, 0.18), ('domestic_revenue', 6100.0, 0.2),
      ('investment_paid', 2900.0, 0.35), ('exports', 4100.0, 0.09), ('imports', 3900.0, 0.1), ('fdi', 310.0, 0.6),
      ('new_enterprises', 480.0, 0.15)
    ]) AS it
    FROM months
  )
SELECT
  'HP.STC' AS unit,
  month,
  it.1 AS item,
  round(
    it.2 * if(it.1 = 'iip', 1, 1 + 0.006 * dateDiff('month', toDate('2024-01-01'), month))
    * (1 + it.3 * ((sipHash64({seed}, it.1, month) % 1000) / 1000 - 0.5))
    * if(it.1 != 'iip' and toMonth(month) IN (1, 2), 0.9, 1),
    if(it.1 = 'new_enterprises', 0, 1)
  ) AS value,
  'official' AS status,
  toDateTime64(toUnixTimestamp(toDateTime(addMonths(month, 2), 'Asia/Ho_Chi_Minh')) + 5 * 86400 + 15 * 3600, 3, 'UTC') AS approved_at
FROM figures
WHERE approved_at >= {from} AND approved_at < {to}
