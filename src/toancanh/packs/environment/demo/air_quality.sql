WITH
  grid AS (
    SELECT arrayJoin([
        ('HP-KK01', 'Hồng Bàng', 106.659, 20.867, 1.15), ('HP-KK02', 'Ngô Quyền', 106.701, 20.862, 1.10),
        ('HP-KK03', 'Lê Chân', 106.686, 20.837, 1.20), ('HP-KK04', 'Hải An', 106.737, 20.812, 1.25),
        ('HP-KK05', 'Kiến An', 106.650, 20.822, 1.00), ('HP-KK06', 'Đồ Sơn', 106.784, 20.709, 0.60),
        ('HP-KK07', 'Thủy Nguyên', 106.691, 20.892, 1.35), ('HP-KK08', 'An Dương', 106.598, 20.863, 1.20),
        ('HP-KK09', 'Cát Hải', 106.905, 20.800, 0.55), ('HP-KK10', 'Hải Dương', 106.343, 20.942, 1.15),
        ('HP-KK11', 'Chí Linh', 106.374, 21.097, 0.90), ('HP-KK12', 'Kinh Môn', 106.547, 20.982, 1.50),
        ('HP-KK13', 'Gia Lộc', 106.310, 20.874, 0.95), ('HP-KK14', 'Vĩnh Bảo', 106.480, 20.680, 0.75)
      ]) AS place,
      toDateTime64(intDiv(toUnixTimestamp({from}) + 599, 600) * 600 + number * 600, 3, 'UTC') AS at
    FROM numbers(toUInt64(greatest(0, intDiv(toUnixTimestamp({to}) + 599, 600) - intDiv(toUnixTimestamp({from}) + 599, 600))))
  ),
  shaped AS (
    SELECT place, at,
      toUnixTimestamp(at) / 86400 AS days,
      toHour(at, 'Asia/Ho_Chi_Minh') + toMinute(at) / 60 AS clock,
      (sipHash64({seed}, 'day', toUInt32(floor(days))) % 1000) / 1000 AS today,
      (sipHash64({seed}, 'day', toUInt32(floor(days)) + 1) % 1000) / 1000 AS tomorrow,
      (sipHash64({seed}, place.1, at) % 1000) / 1000 AS noise,
      sipHash64({seed}, place.1, 'fate', at) % 10000 AS fate
    FROM grid
  ),
  load AS (
    SELECT place, at, clock, noise, fate,
      (1 + 0.55 * cos((days - 10) / 365.25 * 2 * pi()))
        * (0.55 + 1.3 * (today + (tomorrow - today) * (days - floor(days))))
        * (1 + 0.22 * cos((clock - 8) / 12 * 2 * pi()))
        * (0.88 + 0.24 * noise) * place.5 AS strength
    FROM shaped
  )
SELECT place.1 AS station, place.2 AS station_name, at AS time, place.3 AS lon, place.4 AS lat,
  if(fate = 7, -9.9, round(26 * strength, 1)) AS pm25,
  round(26 * strength * (1.45 + 0.3 * noise) + 6, 1) AS pm10,
  round(24 * strength * (0.8 + 0.4 * noise), 1) AS no2,
  round(14 * strength * (0.8 + 0.4 * noise), 1) AS so2,
  round(620 * strength * (0.8 + 0.4 * noise), 0) AS co,
  round(greatest(4, 62 + 55 * cos((clock - 14) / 12 * pi()) - 9 * strength + 8 * noise), 1) AS o3,
  round(24 - 6.5 * cos((toUnixTimestamp(at) / 86400 - 15) / 365.25 * 2 * pi()) + 3.5 * cos((clock - 14) / 12 * pi()) + noise, 1) AS temperature,
  round(least(99, 82 - 9 * cos((clock - 14) / 12 * pi()) + 6 * noise), 0) AS humidity,
  multiIf(fate < 7, '02', fate < 90, '01', '00') AS device_status
FROM load
WHERE fate < 9950
