-- What people look at over time, counted once for each minute and hour, so that no page reads the rows of jobs (docs/OPERATING.md).
set lock_timeout = '10s';

-- jobs are in the order of their submission; the rollup asks for those that ended in a minute
create index job_ended on job (finished_at) where finished_at is not null;

-- What no row remembers afterwards: looked at once a minute, by whichever instance comes first.
create table stat_sample (
    at       timestamptz primary key,
    queued   bigint      not null,
    oldest_s bigint      not null,
    online   bigint      not null,
    offline  bigint      not null,
    draining bigint      not null,
    banned   bigint      not null,
    constraint stat_sample_whole_minute check (mod(extract(epoch from at), 60) = 0),
    constraint stat_sample_not_negative check (least(queued, oldest_s, online, offline, draining, banned) >= 0)
);

-- A minute, or an hour that is the sum of its minutes. Waits and runs are counts by the buckets of Histogram, which add up, as
-- percentiles do not. Of what was looked at there are sums, to be divided by the number of looks.
create table stat (
    step        text          not null constraint stat_step check (step in ('MINUTE', 'HOUR')),
    at          timestamptz   not null,
    submitted   bigint        not null,
    completed   bigint        not null,
    failed      bigint        not null,
    canceled    bigint        not null,
    waits       bigint[]      not null,
    runs        bigint[]      not null,
    paid        numeric(38,0) not null,
    withdrawn   numeric(38,0) not null,
    samples     integer       not null,
    queued      bigint        not null,
    queued_most bigint        not null,
    oldest_s    bigint        not null,
    online      bigint        not null,
    offline     bigint        not null,
    draining    bigint        not null,
    banned      bigint        not null,
    primary key (step, at),
    constraint stat_begins_with_its_step check (mod(extract(epoch from at), case step when 'HOUR' then 3600 else 60 end) = 0),
    constraint stat_not_negative check (least(submitted, completed, failed, canceled, samples, queued, queued_most, oldest_s, online,
        offline, draining, banned) >= 0 and least(paid, withdrawn) >= 0),
    constraint stat_has_all_buckets check (cardinality(waits) = 126 and cardinality(runs) = 126)
);
