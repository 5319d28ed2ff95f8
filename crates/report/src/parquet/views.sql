-- Views of a keelback dataset for DuckDB. In the dataset's folder:
--
--     duckdb -init views.sql
--     select * from syscalls_by_line limit 20;
--
-- date, host and pid come from the folders' names. Times are nanoseconds.

create or replace view calls    as from read_parquet('calls/*/*/*/*.parquet',    hive_partitioning = true);
create or replace view switches as from read_parquet('switches/*/*/*/*.parquet', hive_partitioning = true);
create or replace view wakes    as from read_parquet('wakes/*/*/*/*.parquet',    hive_partitioning = true);
create or replace view samples  as from read_parquet('samples/*/*/*/*.parquet',  hive_partitioning = true);
create or replace view life     as from read_parquet('life/*/*/*/*.parquet',     hive_partitioning = true);
create or replace view usage    as from read_parquet('usage/*/*/*/*.parquet',    hive_partitioning = true);
create or replace view tallies  as from read_parquet('tallies/*/*/*/*.parquet',  hive_partitioning = true);
create or replace view losses   as from read_parquet('losses/*/*/*/*.parquet',   hive_partitioning = true);

-- The same stack has the same id wherever it was seen.
create or replace view stacks as
select stack_id, any_value(text) as text, bool_or(truncated) as truncated
from read_parquet('stacks/*/*/*/*.parquet', hive_partitioning = true)
group by stack_id;

-- Which lines make which system calls, and how long they take.
create or replace view syscalls_by_line as
select file, line, function, nr,
       count(*) as calls,
       count(*) filter (ret between -4095 and -1) as errors,
       sum(took_ns) as took_ns,
       max(took_ns) as longest_ns
from calls
group by all
order by took_ns desc;

-- The same for whole stacks.
create or replace view syscalls_by_stack as
select stacks.text as stack, nr, count(*) as calls, sum(took_ns) as took_ns
from calls left join stacks using (stack_id)
group by all
order by took_ns desc;

-- Which paths are asked for, and how often in vain.
create or replace view paths as
select path, nr,
       count(*) as calls,
       count(*) filter (ret = -2) as not_found,
       sum(took_ns) as took_ns
from calls
where path is not null
group by all
order by calls desc;

-- How long each thread was off its CPU, from leaving it to getting one again.
create or replace view off_cpu as
select * from (
    select *,
           lead(kind) over seen as next_kind,
           lead(at_unix_ns) over seen - at_unix_ns as off_ns
    from switches
    window seen as (partition by host, recording_unix_ns, pid, tid order by at_unix_ns)
)
where kind = 'out' and next_kind = 'in';

-- Which lines are off CPU, how, and in which system call.
create or replace view off_cpu_by_line as
select file, line, function, state, nr, count(*) as times, sum(off_ns) as off_ns, max(off_ns) as longest_ns
from off_cpu
group by all
order by off_ns desc;

-- Which lines run.
create or replace view samples_by_line as
select file, line, function, count(*) as samples, count(*) filter (in_user_space) as in_user_space
from samples
group by all
order by samples desc;
