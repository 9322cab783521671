-- Standing queries over a month of flights. See README.md.

SET 'auto.offset.reset' = 'earliest';

CREATE STREAM flights (
    id BIGINT,
    time_hour STRING,
    carrier STRING,
    flight INT,
    tailnum STRING,
    origin STRING,
    dest STRING,
    sched_dep_time INT,
    dep_delay INT,
    arr_delay INT,
    air_time INT,
    distance INT
  ) WITH (
    KAFKA_TOPIC = 'flights',
    PARTITIONS = 1,
    VALUE_FORMAT = 'JSON',
    TIMESTAMP = 'time_hour',
    TIMESTAMP_FORMAT = 'yyyy-MM-dd''T''HH:mm:ssX'
  );

CREATE TABLE airlines (carrier STRING PRIMARY KEY, name STRING)
  WITH (KAFKA_TOPIC = 'airlines', PARTITIONS = 1, VALUE_FORMAT = 'JSON');

CREATE TABLE planes (tailnum STRING PRIMARY KEY, year INT, manufacturer STRING, model STRING, seats INT)
  WITH (KAFKA_TOPIC = 'planes', PARTITIONS = 1, VALUE_FORMAT = 'JSON');

-- How late flights leave, airport by airport.
CREATE TABLE delays_by_airport AS
  SELECT origin, COUNT(*) AS flights, AVG(dep_delay) AS minutes_late, MAX(dep_delay) AS latest
  FROM flights
  GROUP BY origin;

-- The same day by day. Without RETENTION only the windows of the last day could be asked for.
CREATE TABLE delays_by_day AS
  SELECT origin, COUNT(*) AS flights, AVG(dep_delay) AS minutes_late
  FROM flights WINDOW TUMBLING (SIZE 1 DAY, RETENTION 60 DAYS)
  GROUP BY origin;

-- Flights that left two hours late or more, with the name of the airline.
CREATE STREAM very_late_flights AS
  SELECT flights.carrier AS carrier, airlines.name AS airline, flight, origin, dest, dep_delay
  FROM flights
  JOIN airlines ON flights.carrier = airlines.carrier
  WHERE dep_delay >= 120;

CREATE TABLE very_late_by_airline AS
  SELECT airline, COUNT(*) AS flights, MAX(dep_delay) AS latest
  FROM very_late_flights
  GROUP BY airline;
