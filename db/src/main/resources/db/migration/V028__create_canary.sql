-- Canaries: finished jobs with a known answer, given out again as if they were new (docs/REPUTATION.md).
set lock_timeout = '10s';

create table canary (
    job_id          uuid        primary key references verification on delete cascade,
    -- whose request it repeats; that one may be gone by now
    source          uuid        not null,
    node_id         uuid        not null references node,
    answer          text        not null constraint canary_answer_hex check (answer ~ '^[0-9a-f]{64}$'),
    -- who agreed on the answer: replica, its node, its provider
    known_jobs      uuid[]      not null,
    known_nodes     uuid[]      not null,
    known_providers uuid[]      not null,
    -- none while it is not answered
    judgement       text        constraint canary_judgement
        check (judgement in ('VALID', 'UNCONFIRMED', 'INVALID', 'STALE', 'BOTH_WRONG')),
    created_at      timestamptz not null default now(),
    constraint canary_known_whole check (cardinality(known_jobs) between 2 and 7
        and cardinality(known_nodes) = cardinality(known_jobs)
        and cardinality(known_providers) = cardinality(known_jobs))
);
create index canary_of_source on canary (source);
create index canary_by_age on canary (created_at);
create index verification_agreed on verification (judged_at) where verdict = 'AGREED';

-- Up to which receipt it was drawn whose node gets one.
create table canary_draw (
    singleton  boolean primary key default true constraint canary_draw_singleton check (singleton),
    receipt_id uuid    not null
);
insert into canary_draw (receipt_id) values (id_floor(now()));

-- What wrong answers add up to, and until when a node that gave too many gets no work.
alter table reputation add column points integer not null default 0,
    add column suspended_until timestamptz,
    add constraint reputation_points_not_negative check (points >= 0);
create index reputation_suspended on reputation (suspended_until) where suspended_until is not null;

alter table verification_decision drop constraint verification_decision_word;
alter table verification_decision add constraint verification_decision_word check (decision in
    ('TRUSTED', 'ASKED', 'MOVED', 'AGREED', 'FAILED', 'REFUSED', 'ENDED', 'DOUBTED', 'REFUTED'));
