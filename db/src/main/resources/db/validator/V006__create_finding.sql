-- What this validator found by doing jobs once more, and what it could not do: each is tried once.
set lock_timeout = '10s';

create table finding (
    job_id  uuid        primary key,
    -- as it is signed and sent
    document text,
    -- why there is none
    reason   text,
    made_at  timestamptz not null,
    -- when the coordinator took it, or refused it for good
    over_at  timestamptz,
    refusal  text,
    constraint finding_or_reason check ((document is null) = (reason is not null)),
    constraint finding_none_is_over check (document is not null or over_at is not null),
    constraint finding_refused_is_over check (refusal is null or over_at is not null)
);
create index finding_unsent on finding (made_at) where over_at is null;
