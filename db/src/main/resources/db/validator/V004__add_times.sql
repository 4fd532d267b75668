-- How long right answers took, by what the nodes say they are, and how the time of one compares with the others'. Those of before have none.
set lock_timeout = '10s';

alter table challenge
    -- what the node said of itself when the challenge was planned, as one line
    add column hardware text constraint challenge_hardware_length check (length(hardware) between 1 and 200),
    -- from when the node was shown it until it had committed, as the coordinator has it
    add column worked_ms bigint constraint challenge_worked_not_negative check (worked_ms >= 0),
    add column timing text constraint challenge_timing check (timing in ('USUAL', 'FAR', 'SUSPICIOUS')),
    add constraint challenge_worked_is_committed check (worked_ms is null or commitment is not null),
    add constraint challenge_timing_of_valid check
        (timing is null or (verdict is not distinct from 'VALID' and worked_ms is not null and hardware is not null));
create index challenge_times on challenge (hardware, kind, judged_at desc) where verdict = 'VALID' and worked_ms is not null;
create index challenge_timings on challenge (node, kind, judged_at desc) where timing is not null;
