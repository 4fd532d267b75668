-- Challenges of validators to nodes, which the coordinator carries and does not judge, and what validators attest of nodes.
set lock_timeout = '10s';

-- Which validator of a chain an account speaks for: the first challenge that it brought was signed with that key. Chain 0 is none.
create table validator_account (
    account_id uuid          not null references account,
    chain_id   bigint        not null constraint validator_account_chain_natural check (chain_id >= 0),
    address    chain_address not null,
    since      timestamptz   not null default now(),
    primary key (account_id, chain_id)
);

-- The messages stand here as their parties signed them; times are those at which they came. The opening is large: it goes when
-- the challenge is over, and its digest stays.
create table challenge (
    id             uuid          primary key,
    account_id     uuid          not null,
    chain_id       bigint        not null,
    address        chain_address not null,
    state          text          not null default 'OFFERED' constraint challenge_state
        check (state in ('OFFERED', 'COMMITTED', 'ASKED', 'OPENED', 'JUDGED', 'CLOSED')),
    challenge      text          not null,
    commitment     text,
    question       text,
    opening        bytea,
    opening_digest text          constraint challenge_opening_digest_form check (opening_digest ~ '^[0-9a-f]{64}$'),
    created_at     timestamptz   not null default now(),
    commit_by      timestamptz   not null,
    committed_at   timestamptz,
    open_by        timestamptz,
    opened_at      timestamptz,
    give_up_at     timestamptz   not null,
    over_at        timestamptz,
    constraint challenge_validator_fkey foreign key (account_id, chain_id) references validator_account (account_id, chain_id),
    constraint challenge_committed_at_with_commitment check ((commitment is null) = (committed_at is null)),
    constraint challenge_open_by_with_question check ((question is null) = (open_by is null)),
    constraint challenge_opened_at_with_opening check ((opening_digest is null) = (opened_at is null)),
    constraint challenge_opening_until_over check ((state = 'OPENED') = (opening is not null)),
    constraint challenge_over_at_when_over check ((state in ('JUDGED', 'CLOSED')) = (over_at is not null)),
    constraint challenge_state_has_messages check (case state
        when 'OFFERED' then commitment is null
        when 'COMMITTED' then commitment is not null and question is null
        when 'ASKED' then question is not null and opening_digest is null
        when 'OPENED' then opening_digest is not null
        else true end),
    constraint challenge_answers_in_order check (
        (question is null or commitment is not null) and (opening_digest is null or question is not null))
);
-- of all validators together: a node works on one at a time
create unique index challenge_one_of_node on challenge (address) where state in ('OFFERED', 'COMMITTED', 'ASKED', 'OPENED');
create index challenge_of_account on challenge (account_id, id);
create index challenge_open_of_account on challenge (account_id, state, id) where state in ('OFFERED', 'COMMITTED', 'ASKED', 'OPENED');
create index challenge_to_give_up on challenge (give_up_at) where state in ('OFFERED', 'COMMITTED', 'ASKED', 'OPENED');
create index challenge_over on challenge (over_at) where over_at is not null;

-- What validators attested, for everybody and for ever. Each names the digest of the same validator's before, so the rows of a
-- validator are one line: no second one can follow the same.
create table attestation (
    number       bigint        generated always as identity primary key,
    challenge_id uuid          not null constraint attestation_challenge_once unique,
    chain_id     bigint        not null constraint attestation_chain_natural check (chain_id >= 0),
    validator    chain_address not null,
    address      chain_address not null,
    verdict      text          not null constraint attestation_verdict check (verdict in ('VALID', 'INVALID', 'INCONCLUSIVE')),
    digest       text          not null constraint attestation_digest_form check (digest ~ '^[0-9a-f]{64}$'),
    previous     text          constraint attestation_previous_form check (previous ~ '^[0-9a-f]{64}$'),
    document     text          not null,
    brought_at   timestamptz   not null default now(),
    constraint attestation_one_line unique nulls not distinct (chain_id, validator, previous)
);
create index attestation_of_validator on attestation (validator, number);
create index attestation_of_node on attestation (address, number);
create trigger attestation_append_only before update or delete on attestation
    for each row execute function refuse_change();
create trigger attestation_not_truncated before truncate on attestation
    for each statement execute function refuse_change();
