WITH
  grid AS (
    SELECT arrayJoin([
        ('HP-NM01', 'An Dương', 'Kênh An Kim Hải', 106.600, 20.860, 1.1), ('HP-NM02', 'Quán Vĩnh', 'Sông Đa Độ', 106.610, 20.760, 1.0),
        ('HP-NM03', 'Vật Cách', 'Sông Rế', 106.620, 20.890, 1.4), ('HP-NM04', 'Sông Giá', 'Sông Giá', 106.660, 20.960, 0.8),
        ('HP-NM05', 'Cẩm Giàng', 'Sông Bắc Hưng Hải', 106.200, 20.940, 1.9), ('HP-NM06', 'Chanh Dương', 'Sông Chanh Dương', 106.480, 20.660, 1.0)
      ]) AS place,
      toDateTime64(intDiv(toUnixTimestamp({from}) + 3599, 3600) * 3600 + number * 3600, 3, 'UTC') AS at
    FROM numbers(toUInt64(greatest(0, intDiv(toUnixTimestamp({to}) + 3599, 3600) - intDiv(toUnixTimestamp({from}) + 3599, 3600))))
  ),
  drawn AS (
    SELECT place, at,
      (sipHash64({seed}, 'water', place.1, toUInt32(intDiv(toUnixTimestamp(at), 172800))) % 1000) / 1000 AS spell,
      (sipHash64({seed}, place.1, at) % 1000) / 1000 AS noise
    FROM grid
  )
SELECT place.1 AS station, place.2 AS station_name, place.3 AS water_body, at AS time, place.4 AS lon, place.5 AS lat,
  round(7.1 + 0.5 * (noise - 0.5), 2) AS ph,
  round(greatest(0.8, 7.4 - 1.5 * place.6 * (0.6 + spell) + 0.6 * noise), 2) AS dissolved_oxygen,
  round(2.4 * place.6 * (0.7 + spell) + 0.5 * noise, 1) AS bod5,
  round(5.6 * place.6 * (0.7 + spell) + 1.4 * noise, 1) AS cod,
  round(18 * place.6 * (0.7 + spell) + 8 * noise, 0) AS tss,
  round(0.18 * place.6 * (0.5 + spell) + 0.05 * noise, 2) AS ammonium,
  round(0.4 + 0.6 * noise, 2) AS salinity
FROM drawn
