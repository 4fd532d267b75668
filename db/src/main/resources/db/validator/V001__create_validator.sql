-- What a validator keeps for itself: whom it challenges when, what was said in each challenge, and what it attested. It refers to nothing
-- of a coordinator, with which it may share a database or not.
set lock_timeout = '10s';

-- When a node is next; one that is not here was never challenged and is due at once.
create table due (
    node    text        primary key constraint due_node_form check (node ~ '^0x[0-9a-f]{40}$'),
    next_at timestamptz not null,
    -- the least time after its challenge, so that they take no more than their share of its time
    rest_ms bigint      not null constraint due_rest_not_negative check (rest_ms >= 0),
    -- how many in a row said nothing of it: each doubles the time to the next one, which else comes after the rest
    unsaid  integer     not null default 0 constraint due_unsaid_range check (unsaid between 0 and 10)
);
create index due_next on due (next_at);

create table challenge (
    id               uuid        primary key,
    node             text        not null constraint challenge_node_form check (node ~ '^0x[0-9a-f]{40}$'),
    state            text        not null
        constraint challenge_state check (state in ('PLANNED', 'ISSUED', 'ASKED', 'JUDGED', 'GIVEN_UP')),
    size             integer     not null constraint challenge_size_range check (size between 1 and 65536),
    rows             integer     not null constraint challenge_rows_range check (rows between 1 and 64),
    commit_within_ms bigint      not null constraint challenge_commit_within_positive check (commit_within_ms > 0),
    open_within_ms   bigint      not null constraint challenge_open_within_positive check (open_within_ms > 0),
    planned_at       timestamptz not null,
    -- of what is awaited now
    deadline         timestamptz not null,
    -- when somebody was last told to look at it
    hinted_at        timestamptz not null,
    challenge        text,
    posted_at        timestamptz,
    commitment       text,
    committed_at     timestamptz,
    question         text,
    opened_at        timestamptz,
    -- only of what was wrong: with it others can judge again
    opening          text,
    verdict          text        constraint challenge_verdict check (verdict in ('VALID', 'INVALID', 'INCONCLUSIVE')),
    reason           text,
    evidence         text        constraint challenge_evidence_form check (evidence ~ '^[0-9a-f]{64}$'),
    judged_at        timestamptz,
    attested         boolean     not null default false,
    -- why nobody was challenged
    refusal          text,
    constraint challenge_issued_has_message check (state not in ('ISSUED', 'ASKED', 'JUDGED') or challenge is not null),
    constraint challenge_planned_has_none check (state <> 'PLANNED' or challenge is null),
    constraint challenge_asked_has_question check (state <> 'ASKED' or (question is not null and commitment is not null)),
    constraint challenge_commitment_has_time check ((commitment is null) = (committed_at is null)),
    constraint challenge_judged_has_verdict check
        ((state = 'JUDGED') = (verdict is not null and evidence is not null and judged_at is not null)),
    constraint challenge_valid_has_no_reason check (verdict is null or (verdict = 'VALID') = (reason is null)),
    constraint challenge_attested_is_judged check (not attested or state = 'JUDGED')
);
create unique index challenge_open_once on challenge (node) where state in ('PLANNED', 'ISSUED', 'ASKED');
create index challenge_late on challenge (deadline) where state in ('PLANNED', 'ISSUED', 'ASKED');
create index challenge_unattested on challenge (judged_at, id) where state = 'JUDGED' and not attested;
create index challenge_old on challenge (planned_at) where state in ('JUDGED', 'GIVEN_UP');

-- Each names the one before it, so they are signed one after the other, and the next one only when the coordinator has taken, or refused for
-- good, the last. One that was refused was never published and is not in the chain.
create table attestation (
    seq          bigint      generated always as identity primary key,
    challenge_id uuid        not null,
    node         text        not null constraint attestation_node_form check (node ~ '^0x[0-9a-f]{40}$'),
    validator    text        not null constraint attestation_validator_form check (validator ~ '^0x[0-9a-f]{40}$'),
    verdict      text        not null constraint attestation_verdict check (verdict in ('VALID', 'INVALID', 'INCONCLUSIVE')),
    digest       text        not null constraint attestation_digest_form check (digest ~ '^[0-9a-f]{64}$'),
    document     text        not null,
    made_at      timestamptz not null,
    published_at timestamptz,
    refused_at   timestamptz,
    refusal      text,
    constraint attestation_digest_once unique (digest),
    constraint attestation_ends_once check (published_at is null or refused_at is null),
    constraint attestation_refused_has_reason check ((refused_at is null) = (refusal is null))
);
create unique index attestation_one_pending on attestation (validator) where published_at is null and refused_at is null;
create unique index attestation_challenge_once on attestation (challenge_id) where refused_at is null;
create index attestation_of_node on attestation (node, seq);

create function attestation_is_kept() returns trigger language plpgsql as $$
begin
    if tg_op <> 'UPDATE' then
        raise exception 'attestation is append-only';
    end if;
    if old.published_at is not null or old.refused_at is not null
        or (new.seq, new.challenge_id, new.node, new.validator, new.verdict, new.digest, new.document, new.made_at)
            is distinct from (old.seq, old.challenge_id, old.node, old.validator, old.verdict, old.digest, old.document, old.made_at) then
        raise exception 'attestation is append-only';
    end if;
    return new;
end $$;
create trigger attestation_kept before update or delete on attestation for each row execute function attestation_is_kept();
create trigger attestation_not_truncated before truncate on attestation for each statement execute function attestation_is_kept();
