WITH
  grid AS (
    SELECT arrayJoin([
        ('HP-TV01', 'Cửa Cấm', 'Sông Cấm', 106.690, 20.872, 1.80, 2.00, 2.30, 0.9),
        ('HP-TV02', 'Kiến An', 'Sông Lạch Tray', 106.640, 20.815, 1.70, 1.90, 2.20, 0.9),
        ('HP-TV03', 'Đồ Nghi', 'Sông Đá Bạch', 106.730, 20.985, 1.80, 2.00, 2.30, 1.0),
        ('HP-TV04', 'Cửa Tiểu', 'Sông Kinh Môn', 106.480, 21.020, 1.90, 2.20, 2.60, 0.8),
        ('HP-TV05', 'Phả Lại', 'Sông Thái Bình', 106.295, 21.110, 4.00, 5.00, 6.00, 2.6),
        ('HP-TV06', 'Bá Nha', 'Sông Gùa', 106.420, 20.900, 2.00, 2.40, 2.70, 1.1),
        ('HP-TV07', 'Hòn Dáu', 'Cửa biển', 106.806, 20.667, 2.00, 2.20, 2.50, 1.3)
      ]) AS place,
      toDateTime64(intDiv(toUnixTimestamp({from}) + 599, 600) * 600 + number * 600, 3, 'UTC') AS at
    FROM numbers(toUInt64(greatest(0, intDiv(toUnixTimestamp({to}) + 599, 600) - intDiv(toUnixTimestamp({from}) + 599, 600))))
  ),
  tide AS (
    SELECT place, at,
      toUnixTimestamp(at) / 86400 AS days,
      (sipHash64({seed}, 'flood', toUInt32(floor(days / 3))) % 1000) / 1000 AS this_spell,
      (sipHash64({seed}, 'flood', toUInt32(floor(days / 3)) + 1) % 1000) / 1000 AS next_spell,
      (sipHash64({seed}, place.1, at) % 1000) / 1000 AS noise
    FROM grid
  )
SELECT place.1 AS station, place.2 AS station_name, place.3 AS river, at AS time, place.4 AS lon, place.5 AS lat,
  round(
    0.35 * place.6
      + 0.55 * cos(days * 24 / 24.84 * 2 * pi()) * (0.7 + 0.3 * cos(days / 13.66 * 2 * pi()))
      + place.9 * pow(this_spell + (next_spell - this_spell) * (days / 3 - floor(days / 3)), 3) * (0.55 - 0.45 * cos((days - 25) / 365.25 * 2 * pi()))
      + 0.02 * noise, 2) AS level,
  place.6 AS warning_1, place.7 AS warning_2, place.8 AS warning_3
FROM tide
