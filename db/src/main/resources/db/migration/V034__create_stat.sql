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

-- What a provider did for others on a day of UTC, for the leaderboard; each hour is added when it is written. Looks are at nodes,
-- speeds the sum of what they had at those looks.
create table provider_day (
    day        date             not null,
    account_id uuid             not null references account,
    accepted   bigint           not null default 0,
    failed     bigint           not null default 0,
    looks      bigint           not null default 0,
    heard      bigint           not null default 0,
    speeds     double precision not null default 0,
    measured   bigint           not null default 0,
    primary key (day, account_id),
    constraint provider_day_not_negative check (least(accepted, failed, looks, heard, measured) >= 0 and speeds >= 0),
    constraint provider_day_of_looks check (heard <= looks and measured <= looks)
);

create table validator_day (
    day       date          not null,
    validator chain_address not null,
    cases     bigint        not null default 0,
    agreed    bigint        not null default 0,
    attested  bigint        not null default 0,
    primary key (day, validator),
    constraint validator_day_not_negative check (least(cases, agreed, attested) >= 0),
    constraint validator_day_agreed_in_cases check (agreed <= cases)
);
create index referee_case_decided on referee_case (decided_at) where decided_at is not null;
create index attestation_by_time on attestation (brought_at);
