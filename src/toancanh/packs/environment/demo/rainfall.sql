WITH
  grid AS (
    SELECT arrayJoin([
        ('HP-MU01', 'Phù Liễn', 106.631, 20.793, 1.0), ('HP-MU02', 'Hòn Dáu', 106.806, 20.667, 1.1),
        ('HP-MU03', 'Cửa Cấm', 106.690, 20.872, 1.0), ('HP-MU04', 'Cát Bà', 107.046, 20.726, 1.3),
        ('HP-MU05', 'Bạch Long Vĩ', 107.731, 20.133, 0.8), ('HP-MU06', 'Hải Dương', 106.330, 20.940, 0.9),
        ('HP-MU07', 'Chí Linh', 106.390, 21.110, 1.1), ('HP-MU08', 'Kinh Môn', 106.540, 20.990, 1.0),
        ('HP-MU09', 'Vĩnh Bảo', 106.480, 20.690, 1.0), ('HP-MU10', 'Thanh Miện', 106.235, 20.770, 0.9)
      ]) AS place,
      toDateTime64(intDiv(toUnixTimestamp({from}) + 599, 600) * 600 + number * 600, 3, 'UTC') AS at
    FROM numbers(toUInt64(greatest(0, intDiv(toUnixTimestamp({to}) + 599, 600) - intDiv(toUnixTimestamp({from}) + 599, 600))))
  ),
  weather AS (
    SELECT place, at,
      toUnixTimestamp(at) / 86400 AS days,
      (sipHash64({seed}, 'front', toUInt32(floor(days))) % 1000) / 1000 AS front,
      (sipHash64({seed}, 'shower', place.1, toUInt32(intDiv(toUnixTimestamp(at), 10800))) % 1000) / 1000 AS shower,
      (sipHash64({seed}, place.1, at) % 1000) / 1000 AS noise
    FROM grid
  )
SELECT place.1 AS station, place.2 AS station_name, at AS time, place.3 AS lon, place.4 AS lat,
  round(if(
    front > 0.74 - 0.16 * cos((days - 210) / 365.25 * 2 * pi()) AND shower > 0.62,
    place.5 * pow(shower, 6) * noise * (2.2 + 4.5 * pow(front, 8) * (1.2 + cos((days - 210) / 365.25 * 2 * pi()))),
    0), 1) AS rain
FROM weather
