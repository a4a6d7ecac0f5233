WITH
  candidates AS (
    SELECT
      intDiv(toUnixTimestamp({from}) - 3888000, 3600) * 3600 + intDiv(number, 48) * 3600 AS hour_start,
      sipHash64({seed}, hour_start, number % 48) AS h,
      [
        '10507', '10525', '10532', '10537', '10543', '10546', '10549', '10552', '10570', '10573', '10603', '10606', '10615', '10633',
        '10642', '10645', '10660', '10675', '10678', '10705', '10714', '10726', '10729', '10744', '10750', '10756', '10792', '10804',
        '10813', '10816', '10837', '10843', '10846', '10882', '10888', '10891', '10903', '10909', '10930', '10945', '10966', '10972',
        '10993', '10999', '11002', '11020', '11050', '11065', '11074', '11086', '11113', '11131', '11140', '11146', '11164', '11167',
        '11203', '11218', '11224', '11239', '11242', '11254', '11257', '11284', '11311', '11329', '11359', '11383', '11407', '11411',
        '11413', '11443', '11446', '11455', '11473', '11488', '11503', '11506', '11533', '11542', '11557', '11560', '11581', '11593',
        '11602', '11617', '11629', '11635', '11647', '11668', '11674', '11680', '11689', '11692', '11713', '11725', '11728', '11737',
        '11749', '11755', '11761', '11779', '11791', '11806', '11809', '11824', '11836', '11842', '11848', '11875', '11887', '11911',
        '11914', '11948'
      ] AS communes,
      [
        ('1.001193', 'Đăng ký khai sinh', 'Hộ tịch', 1, 0, 1), ('1.000894', 'Đăng ký kết hôn', 'Hộ tịch', 1, 0, 1),
        ('1.000656', 'Đăng ký khai tử', 'Hộ tịch', 1, 0, 1), ('2.000815', 'Chứng thực bản sao từ bản chính', 'Chứng thực', 1, 20000, 1),
        ('2.000884', 'Chứng thực chữ ký', 'Chứng thực', 1, 10000, 1), ('1.004222', 'Đăng ký thường trú', 'Đăng ký cư trú', 5, 10000, 1),
        ('1.004194', 'Đăng ký tạm trú', 'Đăng ký cư trú', 3, 10000, 1), ('MP.11', 'Đăng ký biến động đất đai', 'Đất đai', 10, 150000, 1),
        ('MP.12', 'Cấp giấy chứng nhận quyền sử dụng đất lần đầu', 'Đất đai', 20, 500000, 1), ('MP.13', 'Trợ cấp xã hội hằng tháng', 'Bảo trợ xã hội', 7, 0, 1),
        ('MP.21', 'Cấp giấy phép xây dựng nhà ở riêng lẻ', 'Xây dựng', 15, 75000, 1), ('MP.22', 'Đăng ký thành lập công ty trách nhiệm hữu hạn', 'Doanh nghiệp', 3, 50000, 2),
        ('MP.23', 'Đăng ký thay đổi nội dung đăng ký doanh nghiệp', 'Doanh nghiệp', 3, 50000, 2), ('MP.24', 'Cấp phiếu lý lịch tư pháp', 'Lý lịch tư pháp', 8, 200000, 1),
        ('MP.25', 'Đổi giấy phép lái xe', 'Đường bộ', 5, 135000, 1), ('MP.26', 'Cấp giấy phép môi trường', 'Môi trường', 30, 5000000, 2)
      ] AS procedures,
      ['HP.SXD', 'HP.STC', 'HP.STC', 'HP.STP', 'HP.SXD', 'HP.SNNMT'] AS departments
    FROM numbers(toUInt64(greatest(0, intDiv(toUnixTimestamp({to}) - toUnixTimestamp({from}) + 3888000, 3600) + 1) * 48))
  ),
  filed AS (
    SELECT h, hour_start + h % 3600 AS received,
      1 + intDiv(h, 3600) % 64 AS draw,
      multiIf(draw <= 12, 1, draw <= 16, 2, draw <= 19, 3, draw <= 30, 4, draw <= 34, 5, draw <= 39, 6, draw <= 42, 7, draw <= 46, 8, draw <= 47, 9, draw <= 49, 10, draw <= 51, 11, draw <= 53, 12, draw <= 56, 13, draw <= 59, 14, draw <= 63, 15, 16) AS p,
      procedures[p] AS procedure_row,
      communes[1 + intDiv(h, 7) % 114] AS commune,
      if(p <= 10, concat('HP.X', commune), departments[p - 10]) AS handler,
      toHour(toDateTime(received, 'Asia/Ho_Chi_Minh')) AS clock,
      toDayOfWeek(toDateTime(received, 'Asia/Ho_Chi_Minh')) AS weekday,
      (intDiv(h, 11) % 1000) / 1000 AS luck,
      (sipHash64({seed}, handler) % 1000) / 1000 AS skill,
      (intDiv(h, 13) % 1000) / 1000 AS extra
    FROM candidates
    WHERE clock >= 7 AND clock < 18 AND weekday <= 5
  ),
  timed AS (
    SELECT h, received, procedure_row, commune, handler, luck, skill, extra, p,
      received + (procedure_row.4 + 2 * intDiv(weekday - 1 + procedure_row.4, 5)) * 86400 AS due,
      extra < 0.06 AS asks,
      extra < 0.004 AS asks_again,
      luck < 0.012 AS refused,
      toUInt32(received + (due - received) * multiIf(luck > 0.985 - 0.05 * skill, 1.02 + 0.6 * extra, 0.25 + 0.72 * sqrt(luck))) + if(asks, 172800, 0) AS finish
    FROM filed
    WHERE intDiv(h, 17) % 100 < multiIf(clock < 9, 95, clock < 12, 80, clock < 15, 60, 45)
  ),
  steps AS (
    SELECT h, received, procedure_row, commune, handler, luck, extra, p, due, asks, asks_again, finish,
      arrayJoin(arrayFilter(step -> step.2 > 0, [
        (if(refused, '3', '2'), toInt64(received)),
        ('4', toInt64(if(refused, 0, received + 600 + h % 7200))),
        ('5', toInt64(if(refused or not asks, 0, received + 10800 + h % 7200))),
        ('4', toInt64(if(refused or not asks, 0, received + 10800 + h % 7200 + 172800))),
        (if(extra > 0.995, '7', '9'), toInt64(if(refused, 0, finish))),
        ('10', toInt64(if(refused or extra > 0.995, 0, finish + 1800 + h % 50000)))
      ])) AS step
    FROM timed
  )
SELECT
  concat('H24-', formatDateTime(toDateTime(received, 'Asia/Ho_Chi_Minh'), '%y%m%d'), '-', lower(hex(toUInt32(h)))) AS code,
  toDateTime64(step.2, 3, 'UTC') AS updated_at,
  procedure_row.1 AS procedure, procedure_row.2 AS procedure_name, procedure_row.3 AS field,
  step.1 AS status,
  multiIf(extra < 0.58 + 0.2 * luck, '2', extra < 0.97, '1', '3') AS channel,
  toString(procedure_row.6) AS applicant_kind,
  concat('Chủ hồ sơ mô phỏng ', toString(h % 9973)) AS applicant,
  concat('0000', leftPad(toString(h % 1000000), 6, '0')) AS phone,
  commune AS applicant_area,
  if(p <= 10, handler, 'HP.TTPVHCC') AS receiving_unit,
  handler AS handling_unit,
  toDateTime64(received, 3, 'UTC') AS received_at,
  toDateTime64(due, 3, 'UTC') AS due_at,
  if(step.1 in ('7', '9', '10'), toDateTime64(finish, 3, 'UTC'), null) AS finished_at,
  if(step.1 = '10', toDateTime64(step.2, 3, 'UTC'), null) AS returned_at,
  if(asks and step.2 > received + 10800, if(asks_again, 2, 1), 0) AS supplements,
  if(asks and step.2 > received + 10800, toDateTime64(received + 10800 + h % 7200, 3, 'UTC'), null) AS supplement_asked_at,
  if(asks and step.2 > received + 172800, 960, 0) AS supplement_minutes,
  procedure_row.5 AS fee,
  procedure_row.5 > 0 and extra < 0.62 AS paid_online,
  luck < 0.84 AS parts_digitised,
  luck > 0.31 AS data_reused,
  true AS result_required,
  step.1 in ('9', '10') and luck < 0.9 AS result_electronic,
  luck > 0.12 AS identity_verified
FROM steps
WHERE step.2 >= toUnixTimestamp({from}) AND step.2 < toUnixTimestamp({to})
