WITH hourly AS (
  SELECT station, toStartOfHour(time) AS hour,
    avg(pm25) AS pm25, avg(pm10) AS pm10, avg(o3) AS o3, avg(no2) AS no2, avg(so2) AS so2, avg(co) AS co
  FROM air_quality
  WHERE coalesce(device_status, '00') = '00'
  GROUP BY station, hour
),
twelve AS (
  SELECT station, hour, o3, no2, so2, co,
    groupArrayIf((hour, assumeNotNull(pm25)), isNotNull(pm25)) OVER last12 AS pm25s,
    groupArrayIf((hour, assumeNotNull(pm10)), isNotNull(pm10)) OVER last12 AS pm10s
  FROM hourly
  WINDOW last12 AS (PARTITION BY station ORDER BY toUnixTimestamp(hour) RANGE BETWEEN 39600 PRECEDING AND CURRENT ROW)
),
weights AS (
  SELECT station, hour, o3, no2, so2, co,
    arrayMap(x -> dateDiff('hour', x.1, hour), pm25s) AS ages25, arrayMap(x -> x.2, pm25s) AS values25,
    arrayMap(x -> dateDiff('hour', x.1, hour), pm10s) AS ages10, arrayMap(x -> x.2, pm10s) AS values10,
    if(length(values25) > 0, greatest(0.5, arrayMin(values25) / greatest(arrayMax(values25), 0.000001)), 1) AS w25,
    if(length(values10) > 0, greatest(0.5, arrayMin(values10) / greatest(arrayMax(values10), 0.000001)), 1) AS w10
  FROM twelve
),
nowcast AS (
  SELECT station, hour, o3, no2, so2, co,
    multiIf(
      arrayCount(age -> age < 3, ages25) < 2, NULL,
      w25 > 0.5, arraySum((age, value) -> pow(w25, age) * value, ages25, values25) / arraySum(age -> pow(w25, age), ages25),
      arraySum((age, value) -> pow(0.5, age + 1) * value, ages25, values25)
    ) AS pm25,
    multiIf(
      arrayCount(age -> age < 3, ages10) < 2, NULL,
      w10 > 0.5, arraySum((age, value) -> pow(w10, age) * value, ages10, values10) / arraySum(age -> pow(w10, age), ages10),
      arraySum((age, value) -> pow(0.5, age + 1) * value, ages10, values10)
    ) AS pm10
  FROM weights
),
indices AS (
  SELECT station, hour, isNotNull(pm25) OR isNotNull(pm10) AS has_dust,
    arrayMap(
      (concentration, points) -> arraySum(
        (low, high, from_index, to_index) -> (to_index - from_index) / (high - low) * least(greatest(concentration - low, 0), toFloat64(high - low)),
        arrayPopBack(points), arrayPopFront(points), [0, 50, 100, 150, 200, 300, 400], [50, 100, 150, 200, 300, 400, 500]
      ),
      [coalesce(pm25, 0), coalesce(pm10, 0), coalesce(o3, 0), coalesce(no2, 0), coalesce(so2, 0), coalesce(co, 0)],
      [
        [0, 25, 50, 80, 150, 250, 350, 500],
        [0, 50, 150, 250, 350, 420, 500, 600],
        [0, 160, 200, 300, 400, 800, 1000, 1200],
        [0, 100, 200, 700, 1200, 2350, 3100, 3850],
        [0, 125, 350, 550, 800, 1600, 2100, 2630],
        [0, 10000, 30000, 45000, 60000, 90000, 120000, 150000]
      ]
    ) AS sub_indices
  FROM nowcast
)
SELECT hour AS time, station, floor(arrayMax(sub_indices) + 0.5) AS value
FROM indices
WHERE has_dust
