-- Cases for validators: jobs whose providers do not agree, to be done once more (docs/JUDGING.md, The referee).
set lock_timeout = '10s';

alter table job drop constraint job_verification,
    add constraint job_verification check (verification in ('HASH', 'REPLICATE', 'ADAPTIVE', 'REEXECUTE'));
alter table verification drop constraint verification_mode,
    add constraint verification_mode check (mode in ('HASH', 'REPLICATE', 'ADAPTIVE', 'REEXECUTE'));
alter table verification_decision drop constraint verification_decision_word;
alter table verification_decision add constraint verification_decision_word check (decision in
    ('TRUSTED', 'ASKED', 'MOVED', 'AGREED', 'FAILED', 'REFUSED', 'ENDED', 'DOUBTED', 'REFUTED', 'REFERRED'));

create table referee_case (
    job_id     uuid        primary key references verification on delete cascade,
    workload   text        not null,
    -- as validators are given it, letter by letter: their findings name its digest
    request    text        not null,
    -- findings of the same output that decide it
    wanted     smallint    not null constraint referee_case_wanted_range check (wanted between 1 and 15),
    opened_at  timestamptz not null default now(),
    until      timestamptz not null,
    decided_at timestamptz,
    constraint referee_case_until_later check (until > opened_at)
);
create index referee_case_open on referee_case (job_id) where decided_at is null;

-- One of each validator, as it signed it.
create table finding (
    job_id     uuid          not null references referee_case on delete cascade,
    account_id uuid          not null references account,
    validator  chain_address not null,
    output_sha text          not null constraint finding_output_form check (output_sha ~ '^[0-9a-f]{64}$'),
    document   text          not null,
    brought_at timestamptz   not null default now(),
    primary key (job_id, account_id),
    constraint finding_once unique (job_id, validator)
);
create trigger finding_kept before update on finding for each row execute function refuse_change();
