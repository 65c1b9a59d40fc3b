-- A person whose address has changed goes with their memberships to the other domain's counters.
create function recount_members() returns trigger language plpgsql as $$
begin
  insert into member_counts (domain, team_id, people)
  select domain, team_id, sum(people) from (
    select domain, team_id, count(*) as people from added group by domain, team_id
    union all
    select domain, team_id, -count(*) from removed group by domain, team_id
  ) both_sides
  group by domain, team_id having sum(people) <> 0 order by domain, team_id
  on conflict (domain, team_id) do update set people = member_counts.people + excluded.people;
  return null;
end $$;
--> statement-breakpoint
create trigger members_recounted after update on memberships
  referencing old table as removed new table as added for each statement execute function recount_members();
