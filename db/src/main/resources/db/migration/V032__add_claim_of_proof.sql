-- What a node signed of its proof: with it anybody can check who gave which output (docs/JUDGING.md, Signed proofs).
set lock_timeout = '10s';

alter table job_result add column claim json;
