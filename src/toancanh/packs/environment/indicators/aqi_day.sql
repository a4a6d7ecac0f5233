WITH hourly AS (
  SELECT station, toStartOfHour(time) AS hour,
    avg(pm25) AS pm25, avg(pm10) AS pm10, avg(o3) AS o3, avg(no2) AS no2, avg(so2) AS so2, avg(co) AS co
  FROM air_quality
  WHERE coalesce(device_status, '00') = '00'
  GROUP BY station, hour
),
ozone AS (
  SELECT station, hour, pm25, pm10, o3, no2, so2, co,
    if(count(o3) OVER last8 >= 6, avg(o3) OVER last8, NULL) AS o3_8h
  FROM hourly
  WINDOW last8 AS (PARTITION BY station ORDER BY toUnixTimestamp(hour) RANGE BETWEEN 25200 PRECEDING AND CURRENT ROW)
),
daily AS (
  SELECT station, toStartOfDay(city_time(hour)) AS day,
    if(count(pm25) >= 18, avg(pm25), NULL) AS pm25_mean, if(count(pm10) >= 18, avg(pm10), NULL) AS pm10_mean,
    max(o3) AS o3_1h_max, max(o3_8h) AS o3_8h_max, max(no2) AS no2_max, max(so2) AS so2_max, max(co) AS co_max
  FROM ozone
  GROUP BY station, day
),
indices AS (
  SELECT station, day, isNotNull(pm25_mean) OR isNotNull(pm10_mean) AS has_dust,
    arrayMap(
      (concentration, points) -> arraySum(
        (low, high, from_index, to_index) -> (to_index - from_index) / (high - low) * least(greatest(concentration - low, 0), toFloat64(high - low)),
        arrayPopBack(points), arrayPopFront(points), [0, 50, 100, 150, 200, 300, 400], [50, 100, 150, 200, 300, 400, 500]
      ),
      [
        coalesce(pm25_mean, 0), coalesce(pm10_mean, 0), coalesce(o3_1h_max, 0), if(o3_8h_max <= 400, coalesce(o3_8h_max, 0), 0),
        coalesce(no2_max, 0), coalesce(so2_max, 0), coalesce(co_max, 0)
      ],
      [
        [0, 25, 50, 80, 150, 250, 350, 500],
        [0, 50, 150, 250, 350, 420, 500, 600],
        [0, 160, 200, 300, 400, 800, 1000, 1200],
        [0, 100, 120, 170, 210, 400, 100000, 200000],
        [0, 100, 200, 700, 1200, 2350, 3100, 3850],
        [0, 125, 350, 550, 800, 1600, 2100, 2630],
        [0, 10000, 30000, 45000, 60000, 90000, 120000, 150000]
      ]
    ) AS sub_indices
  FROM daily
)
SELECT day AS time, station, floor(arrayMax(sub_indices) + 0.5) AS value
FROM indices
WHERE has_dust
