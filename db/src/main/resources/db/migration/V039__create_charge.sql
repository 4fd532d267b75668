-- Charges: suspended nodes, with the latest of their wrong answers that they signed, for validators to do once more (docs/REPUTATION.md, Charges).
set lock_timeout = '10s';

-- Beside the request, so that a node and a validator name it by the same digest. Of cases from before, it is in the request.
alter table referee_case add column limits json;

-- Who was suspended and is to be charged. The judge writes it, in its own transaction.
create table charge_due (
    node_id uuid        primary key references node on delete cascade,
    since   timestamptz not null default now()
);

create table charge (
    id         uuid          primary key,
    node_id    uuid          not null references node on delete cascade,
    -- with whose key the answers are signed
    address    chain_address not null,
    opened_at  timestamptz   not null default now(),
    -- until then validators have time, whatever comes of it before
    until      timestamptz   not null,
    -- findings of the same output that are enough for an answer
    wanted     smallint      not null constraint charge_wanted_range check (wanted between 1 and 15),
    wrong      smallint      not null default 0,
    "right"    smallint      not null default 0,
    outcome    text          constraint charge_outcome check (outcome in ('CONFIRMED', 'CLEARED', 'UNDECIDED')),
    closed_at  timestamptz,
    look_at    timestamptz   not null,
    constraint charge_until_later check (until > opened_at),
    constraint charge_counts check (0 <= wrong and 0 <= "right" and wrong + "right" <= 5),
    constraint charge_closed_whole check ((outcome is null) = (closed_at is null))
) with (fillfactor = 70);
create index charge_to_look_at on charge (look_at) where look_at < 'infinity';
create index charge_of_node on charge (address, id);
create index charge_of_machine on charge (node_id);
create trigger charge_closed_once before update of outcome, closed_at on charge
    for each row when (old.outcome is not null) execute function refuse_change();

create table charged_answer (
    charge_id uuid     not null references charge on delete cascade,
    number    smallint not null constraint charged_answer_number_bounds check (number between 0 and 4),
    case_id   uuid     not null,
    -- an answer is charged once
    job_id    uuid     not null constraint charged_answer_once unique,
    claim     json     not null,
    -- what validators had found when their time was over; it stays when the jobs are gone
    findings  json,
    primary key (charge_id, number)
);
create index charged_answer_of_case on charged_answer (case_id);

-- The latest wrong answers of a node.
create index replica_dissented on replica (node_id, job_id) where verdict = 'DISSENTED';

-- Several validators attest of one charge; of a challenge there is one as before, for it has one validator.
alter table attestation drop constraint attestation_challenge_once,
    add constraint attestation_challenge_once unique (challenge_id, chain_id, validator);
