-- Nodes that a coordinator charges with wrong answers, what this validator says of them, and whether it told the world. What it found of each
-- answer is a finding.
set lock_timeout = '10s';

create table charge (
    id        uuid        primary key,
    node      text        not null constraint charge_node_form check (node ~ '^0x[0-9a-f]{40}$'),
    -- as it came
    document  text        not null,
    -- no finding is taken any more from then on
    until     timestamptz not null,
    seen_at   timestamptz not null,
    -- never VALID: that work was done right says nothing of the hardware
    verdict   text        constraint charge_verdict check (verdict in ('INVALID', 'INCONCLUSIVE')),
    reason    text,
    evidence  text        constraint charge_evidence_form check (evidence ~ '^[0-9a-f]{64}$'),
    judged_at timestamptz,
    attested  boolean     not null default false,
    constraint charge_judged_whole check (num_nulls(verdict, reason, evidence, judged_at) in (0, 4)),
    constraint charge_attested_is_judged check (not attested or verdict is not null)
);
create index charge_open on charge (until, id) where verdict is null;
create index charge_unattested on charge (judged_at, id) where verdict is not null and not attested;
create index charge_old on charge (seen_at) where attested;
