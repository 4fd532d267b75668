-- What nodes say their accepted jobs gave and took. A claim of their miners: shown, and kept for weighing rewards once it
-- is attested, never paid by.
set lock_timeout = '10s';

create table node_work (
    node_id     uuid             not null references node on delete cascade,
    workload    text             not null,
    unit        text             not null,
    jobs        bigint           not null,
    work        double precision not null,
    -- of the jobs whose energy was measured
    energy_work double precision not null,
    energy_j    double precision not null,
    -- of the jobs whose operations were counted
    tflop_work  double precision not null,
    tflop       double precision not null,
    primary key (node_id, workload),
    constraint node_work_not_negative check
        (jobs > 0 and work >= 0 and energy_work >= 0 and energy_j >= 0 and tflop_work >= 0 and tflop >= 0)
) with (fillfactor = 50);
