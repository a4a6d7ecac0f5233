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
    FROM numbers(44 * toUInt64(greatest(0, intDiv(toUnixTimestamp({to}) + 59, 60) - intDiv(toUnixTimestamp({from}) + 59, 60))))
  ),
  moments AS (
    SELECT *,
      toDateTime64(intDiv(toUnixTimestamp({from}) + 59, 60) * 60 + tick * 60, 3, 'UTC') AS at,
      toUInt32(toUnixTimestamp(at) + shift) % round AS since
    FROM fleet
  ),
  phased AS (
    SELECT *,
      approach + waits AS leaves_anchor, leaves_anchor + passage AS berths, berths + works AS unberths,
      unberths + passage AS clears, clears + approach AS gone,
      multiIf(since < approach, 'in', since < leaves_anchor, 'anchor', since < berths, 'inbound', since < unberths, 'berth', since < clears, 'outbound', since < gone, 'out', 'away') AS phase,
      multiIf(
        phase = 'in', marks[2] * since / approach,
        phase = 'anchor', marks[2],
        phase = 'inbound', marks[2] + (marks[-1] - marks[2]) * (since - leaves_anchor) / passage,
        phase = 'berth', marks[-1],
        phase = 'outbound', marks[-1] - (marks[-1] - marks[2]) * (since - unberths) / passage,
        marks[2] * (1 - (since - clears) / approach)) AS gone_m,
      sipHash64({seed}, ship, at) % 1000 / 1000 AS noise,
      sipHash64({seed}, 'gap', ship, intDiv(toUnixTimestamp(at), 2700)) % 100 AS fate
    FROM moments
    WHERE phase != 'away'
  ),
  placed AS (
    SELECT *,
      toUInt8(greatest(2, least(length(marks), arrayFirstIndex(m -> m >= gone_m, marks)))) AS leg,
      (gone_m - marks[leg - 1]) / greatest(1, legs[leg]) AS part,
      if(phase IN ('outbound', 'out'), -1, 1) AS heading,
      if(phase = 'anchor', 1, 0) AS swings,
      toUnixTimestamp(at) / 7116 + ship AS tide,
      path[leg - 1].1 + part * (path[leg].1 - path[leg - 1].1) + swings * 0.0006 * cos(tide) - 0.0009 * heading * (1 - swings) * (phase != 'berth') AS x,
      path[leg - 1].2 + part * (path[leg].2 - path[leg - 1].2) + swings * 0.0005 * sin(tide) AS y,
      multiIf(phase IN ('inbound', 'outbound'), pace, phase IN ('in', 'out'), pace * 1.35, 0) AS knots
    FROM phased
  )
SELECT mmsi, at AS time, name, ship_type,
  round(x + 0.00002 * noise, 6) AS lon, round(y + 0.00002 * (1 - noise), 6) AS lat,
  round(if(knots > 0, knots * (0.97 + 0.06 * noise), 0.2 * noise), 1) AS sog,
  if(knots > 0, round(positiveModulo(degrees(atan2(heading * (path[leg].1 - path[leg - 1].1) * 0.935, heading * (path[leg].2 - path[leg - 1].2))), 360), 0) % 360, null) AS cog,
  multiIf(phase = 'anchor', '1', phase = 'berth', '5', '0') AS nav_status,
  multiIf(phase = 'anchor', 'anchorage', phase = 'berth', 'berth', phase IN ('inbound', 'outbound'), 'channel', 'sea') AS zone,
  round(5 + (intDiv(h, 31) % 70) / 10, 1) AS draught,
  if(phase IN ('outbound', 'out'), 'HONG KONG', 'HAI PHONG') AS destination
FROM placed
WHERE fate >= 3 AND (phase NOT IN ('anchor', 'berth') OR toUnixTimestamp(at) % 180 = 60 * (ship % 3))
