-- The lock window: what a receipt pays lies in its provider's PENDING pot until it matures, and can be withdrawn until then.
-- What was paid before went to AVAILABLE: it is mature, has no row here, and stays as it is.
set lock_timeout = '10s';

-- WITHHOLD was never entered.
alter table ledger_entry drop constraint ledger_entry_reason;
alter table ledger_entry add constraint ledger_entry_reason check (reason in
    ('DEPOSIT', 'WITHDRAWAL', 'RESERVE', 'RELEASE', 'SETTLE', 'UNLOCK', 'WITHDRAWN'));
-- What was locked ends once: it is the provider's, or the buyer's again.
create unique index ledger_entry_lock_ends_once on ledger_entry (job_id, slice) where reason in ('UNLOCK', 'WITHDRAWN');

-- What is locked now; a row goes when its pay matures or is withdrawn, and the entries tell which.
create table locked_pay (
    job_id     uuid          not null,
    slice      integer       not null,
    buyer      uuid          not null,
    provider   uuid          not null,
    amount     numeric(38,0) not null constraint locked_pay_amount_positive check (amount > 0),
    matures_at timestamptz   not null,
    primary key (job_id, slice)
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000);
create index locked_pay_due on locked_pay (matures_at);
create index locked_pay_of_provider on locked_pay (provider, matures_at);
create trigger locked_pay_kept_as_it_is before update on locked_pay
    for each row execute function refuse_change();
create trigger locked_pay_not_truncated before truncate on locked_pay
    for each statement execute function refuse_change();
