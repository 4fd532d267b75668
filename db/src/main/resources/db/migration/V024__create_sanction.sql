-- What follows on a chain from a node's having been rejected there: its ejection, and a slash of its provider's stake.
set lock_timeout = '10s';

-- A rejection of a final block has one row, and the row's id one purpose for each transaction. States from PROPOSED on are the
-- chain's own.
create table sanction (
    id               uuid          primary key,
    chain_id         bigint        not null constraint sanction_chain_positive check (chain_id > 0),
    contract         chain_address not null,
    node             chain_address not null,
    round            bigint        not null constraint sanction_round_natural check (round >= 0),
    provider         chain_address not null,
    reason           integer       not null constraint sanction_reason_bounds check (reason between 0 and 65535),
    -- digest of an attestation, where one is known here
    evidence         text          constraint sanction_evidence_form check (evidence ~ '^[0-9a-f]{64}$'),
    state            text          not null default 'FOUND' constraint sanction_state check (state in
        ('FOUND', 'PROPOSED', 'APPEALED', 'EXECUTED', 'OVERTURNED', 'LAPSED', 'WITHDRAWN', 'REFUSED')),
    amount           wei           not null,
    -- its number in the contract, and what there was of the amount
    slash            bigint        constraint sanction_slash_positive check (slash > 0),
    held             wei,
    appeal_until     timestamptz,
    decide_until     timestamptz,
    withdrawal       text          constraint sanction_withdrawal_given check (length(withdrawal) between 1 and 512),
    ejected_at       timestamptz,
    refusal          text          constraint sanction_refusal_given check (length(refusal) between 1 and 1000),
    ejection_refusal text          constraint sanction_ejection_refusal_given check (length(ejection_refusal) between 1 and 1000),
    found_at         timestamptz   not null default now(),
    changed_at       timestamptz   not null default now(),
    constraint sanction_once unique (chain_id, contract, node, round),
    constraint sanction_slash_once unique (chain_id, contract, slash),
    constraint sanction_slash_when_proposed check ((state in ('FOUND', 'REFUSED')) = (slash is null)
        and (slash is null) = (held is null) and (slash is null) = (appeal_until is null)),
    constraint sanction_appealed_until check (state <> 'APPEALED' or decide_until is not null),
    constraint sanction_refused_says_why check (state <> 'REFUSED' or refusal is not null),
    constraint sanction_withdrawal_of_slash check (withdrawal is null or slash is not null),
    constraint sanction_ejected_or_refused check (ejected_at is null or ejection_refusal is null)
) with (fillfactor = 80);
create index sanction_open on sanction (chain_id, contract, id)
    where state in ('FOUND', 'PROPOSED', 'APPEALED', 'REFUSED') or ejected_at is null;
create index sanction_of_node on sanction (node, id);
create index sanction_of_provider on sanction (provider, id);

-- What became of each, in order, for ever.
create table sanction_event (
    number      bigint      generated always as identity primary key,
    sanction_id uuid        not null references sanction,
    event       text        not null constraint sanction_event_event check (event in
        ('FOUND', 'PROPOSED', 'APPEALED', 'EXECUTED', 'OVERTURNED', 'LAPSED', 'WITHDRAWN', 'REFUSED', 'RETRIED', 'STUCK',
         'WITHDRAWAL', 'EJECTED', 'NOT_EJECTED')),
    said        text        constraint sanction_event_said_given check (length(said) between 1 and 1000),
    at          timestamptz not null default now()
);
create index sanction_event_of on sanction_event (sanction_id, number);
create trigger sanction_event_append_only before update or delete on sanction_event
    for each row execute function refuse_change();
create trigger sanction_event_not_truncated before truncate on sanction_event
    for each statement execute function refuse_change();
