WITH
  fleet AS (
    SELECT number % 44 AS ship, intDiv(number, 44) AS tick,
      sipHash64({seed}, 'ship', ship) AS h,
      ['Hải An', 'Bạch Đằng', 'Sông Cấm', 'Nam Triệu', 'Cát Bà', 'Hòn Dáu', 'Đồ Sơn', 'Lạch Tray', 'An Biên', 'Tràng Kênh'] AS names,
      concat(names[1 + ship % 10], ' ', leftPad(toString(1 + intDiv(ship, 10)), 2, '0')) AS name,
      arrayElement(['7', '7', '7', '8', '7', '6'], toUInt8(1 + h % 6)) AS ship_type,
      toString(574900000 + ship) AS mmsi,
      h % 2 AS way,
      [[(106.985, 20.672), (106.962, 20.712), (106.941, 20.748), (106.922, 20.776), (106.908, 20.787)],
       [(106.893, 20.640), (106.880, 20.672), (106.864, 20.712), (106.852, 20.748), (106.840, 20.778), (106.826, 20.797)]] AS ways,
      [(106.995, 20.600), (106.905, 20.590)] AS anchorages,
      ['Lạch Huyện', 'Nam Đình Vũ'] AS terminals,
      (anchorages[1 + way].1 + 0.11 * ((intDiv(h, 7) % 100) / 100 - 0.5), anchorages[1 + way].2 - 0.05 * ((intDiv(h, 11) % 100) / 100)) AS spot,
      (spot.1 + 0.03, 20.450) AS horizon,
      arrayConcat([horizon, spot], arrayPopBack(ways[1 + way]), [(arrayElement(ways[1 + way], -1).1 + 0.0016 * (ship % 6 - 2.5), arrayElement(ways[1 + way], -1).2 + 0.0006 * (ship % 6 - 2.5))]) AS path,
      arrayMap(i -> if(i = 1, 0, geoDistance(path[i - 1].1, path[i - 1].2, path[i].1, path[i].2)), arrayEnumerate(path)) AS legs,
      arrayCumSum(legs) AS marks,
      7.5 + (intDiv(h, 13) % 100) / 22 AS pace,
      toUInt32(marks[2] / (pace * 1.35 * 0.514444)) AS approach,
      toUInt32((arrayElement(marks, -1) - marks[2]) / (pace * 0.514444)) AS passage,
      toUInt32(3600 * (2 + (intDiv(h, 17) % 140) / 10)) AS waits,
      toUInt32(3600 * (9 + (intDiv(h, 19) % 180) / 10)) AS works,
      toUInt32(3600 * (4 + (intDiv(h, 23) % 80) / 10)) AS away,
      2 * approach + 2 * passage + waits + works + away AS round,
      toUInt32(intDiv(h, 29) % round) AS shift
    FROM numbers(44 * toUInt64(intDiv(toUnixTimestamp({to}) - toUnixTimestamp({from}), 86400) + 4))
  ),
  rounds AS (
    SELECT *,
      toInt64(intDiv(toUnixTimestamp({from}) + shift, round)) - 1 + toInt64(tick) AS turn,
      turn * round - shift AS began,
      began + approach AS arrived, arrived + waits AS left_anchor, left_anchor + passage AS berthed, berthed + works AS departed
    FROM fleet
  ),
  steps AS (
    SELECT *, arrayJoin([('anchored', arrived), ('inbound', left_anchor), ('berthed', berthed), ('departed', departed)]) AS step
    FROM rounds
  )
SELECT concat('HP', toString(ship), '-', toString(turn)) AS call,
  toDateTime64(step.2, 3, 'UTC') AS updated_at, mmsi, name, step.1 AS state, terminals[1 + way] AS terminal,
  toDateTime64(arrived, 3, 'UTC') AS arrived_at,
  if(step.2 >= berthed, toDateTime64(berthed, 3, 'UTC'), null) AS berthed_at,
  if(step.2 >= departed, toDateTime64(departed, 3, 'UTC'), null) AS departed_at,
  if(step.2 >= departed, if(ship_type = '7', 200 + sipHash64(ship, turn) % 1600, 0), null) AS teu
FROM steps
WHERE step.2 >= toUnixTimestamp({from}) AND step.2 < toUnixTimestamp({to})
