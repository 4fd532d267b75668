-- What each GPU of a container does, beside the container's other latest figures.
set lock_timeout = '10s';

alter table container_metrics
    add column gpus json
        constraint container_metrics_gpus_list
            check (case when json_typeof(gpus) = 'array' then json_array_length(gpus) between 1 and 64 else gpus is null end);
