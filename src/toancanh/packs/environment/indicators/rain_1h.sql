SELECT hour AS time, station, sum(rain) AS value
FROM (SELECT station, toStartOfHour(time) AS hour, rain FROM rainfall)
GROUP BY hour, station
