-- An operator asks for the newest of one outcome, however rare it is among a million jobs. A job comes into it once or twice
-- in its life; the states before have few jobs, or indices of their own.
set lock_timeout = '10s';

create index job_of_outcome on job (state, id) where state in ('VERIFYING', 'COMPLETED', 'CANCELED', 'EXPIRED', 'FAILED');
