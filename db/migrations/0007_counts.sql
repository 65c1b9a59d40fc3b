CREATE TABLE "connection_counts" (
	"connection_id" text PRIMARY KEY NOT NULL,
	"domains" integer NOT NULL,
	"sso_on" integer NOT NULL,
	"people" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "connection_members" (
	"connection_id" text NOT NULL,
	"team_id" text NOT NULL,
	"people" integer NOT NULL,
	CONSTRAINT "connection_members_connection_id_team_id_pk" PRIMARY KEY("connection_id","team_id")
);
--> statement-breakpoint
CREATE TABLE "team_counts" (
	"team_id" text PRIMARY KEY NOT NULL,
	"domains" integer NOT NULL
);
--> statement-breakpoint
DROP INDEX "domains_search";--> statement-breakpoint
DROP INDEX "domains_search_verified";--> statement-breakpoint
ALTER TABLE "connection_counts" ADD CONSTRAINT "connection_counts_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "connection_members" ADD CONSTRAINT "connection_members_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "team_counts" ADD CONSTRAINT "team_counts_team_id_teams_id_fk" FOREIGN KEY ("team_id") REFERENCES "public"."teams"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "domains_search" ON "domains" USING btree ("team_id","name" text_pattern_ops,"id");--> statement-breakpoint
CREATE INDEX "domains_search_verified" ON "domains" USING btree ("team_id","name" text_pattern_ops,"id") WHERE "domains"."state" = 'Verified';
--> statement-breakpoint
-- Counters of connections, by whole statements. A domain that is turned on or off brings its people along, while
-- others may be adding people to it at that moment: each would miss what the other has not committed. So whoever
-- turns takes a lock on the domain's name, whoever counts people shares it, and each looks after it has the lock.
-- The lock comes after the rows of domains and of people's counters and before those of connections, everywhere.
-- A thousand places for all names, so that however many change at once, the server's table of locks has room.
create function lock_reach(names text[], alone boolean) returns void language plpgsql as $$
declare
  place int;
begin
  for place in select distinct hashtext(n) & 1023 from unnest(names) n order by 1 loop
    if alone then
      perform pg_advisory_xact_lock(5607, place);
    else
      perform pg_advisory_xact_lock_shared(5607, place);
    end if;
  end loop;
end $$;
--> statement-breakpoint
-- Only updates link, unlink, turn on or off: a domain comes and goes unlinked (domains_follow_arrows).
create function count_linked() returns trigger language plpgsql as $$
declare
  turned text[];
begin
  perform 1 from added n join removed o on o.id = n.id
    where (n.connection_id, n.state = 'SSO on') is distinct from (o.connection_id, o.state = 'SSO on');
  if not found then
    return null;
  end if;
  select array_agg(n.name) into turned from added n join removed o on o.id = n.id
    where (n.state = 'SSO on') <> (o.state = 'SSO on');
  if turned is not null then
    perform lock_reach(turned, true);
  end if;
  insert into connection_counts as c (connection_id, domains, sso_on, people)
  select x.connection_id, sum(x.sign), coalesce(sum(x.sign) filter (where x.is_on), 0),
    coalesce(sum(x.sign * u.people) filter (where x.is_on), 0)
  from (
    select connection_id, name, state = 'SSO on' as is_on, 1 as sign from added
    union all
    select connection_id, name, state = 'SSO on', -1 from removed
  ) x left join user_counts u on u.domain = x.name
  where x.connection_id is not null
  group by x.connection_id order by x.connection_id
  on conflict (connection_id) do update set domains = c.domains + excluded.domains,
    sso_on = c.sso_on + excluded.sso_on, people = c.people + excluded.people;
  insert into connection_members as c (connection_id, team_id, people)
  select x.connection_id, m.team_id, sum(x.sign * m.people)
  from (
    select connection_id, name, 1 as sign from added where state = 'SSO on'
    union all
    select connection_id, name, -1 from removed where state = 'SSO on'
  ) x join member_counts m on m.domain = x.name
  group by x.connection_id, m.team_id having sum(x.sign * m.people) <> 0 order by x.connection_id, m.team_id
  on conflict (connection_id, team_id) do update set people = c.people + excluded.people;
  return null;
end $$;
--> statement-breakpoint
create function count_reached_people() returns trigger language plpgsql as $$
declare
  names text[];
begin
  if tg_op = 'INSERT' then
    select array_agg(domain) into names from added;
    perform lock_reach(names, false);
    insert into connection_counts as c (connection_id, domains, sso_on, people)
    select d.connection_id, 0, 0, sum(x.people) from added x join domains d on d.name = x.domain and d.state = 'SSO on'
    group by d.connection_id having sum(x.people) <> 0 order by d.connection_id
    on conflict (connection_id) do update set people = c.people + excluded.people;
  else
    select array_agg(n.domain) into names from added n join removed o on o.domain = n.domain where n.people <> o.people;
    if names is null then
      return null;
    end if;
    perform lock_reach(names, false);
    insert into connection_counts as c (connection_id, domains, sso_on, people)
    select d.connection_id, 0, 0, sum(n.people - o.people) from added n join removed o on o.domain = n.domain
      join domains d on d.name = n.domain and d.state = 'SSO on'
    group by d.connection_id having sum(n.people - o.people) <> 0 order by d.connection_id
    on conflict (connection_id) do update set people = c.people + excluded.people;
  end if;
  return null;
end $$;
--> statement-breakpoint
create function count_reached_members() returns trigger language plpgsql as $$
declare
  names text[];
begin
  if tg_op = 'INSERT' then
    select array_agg(distinct domain) into names from added;
    perform lock_reach(names, false);
    insert into connection_members as c (connection_id, team_id, people)
    select d.connection_id, x.team_id, sum(x.people) from added x join domains d on d.name = x.domain and d.state = 'SSO on'
    group by d.connection_id, x.team_id having sum(x.people) <> 0 order by d.connection_id, x.team_id
    on conflict (connection_id, team_id) do update set people = c.people + excluded.people;
  else
    select array_agg(distinct n.domain) into names from added n
      join removed o on o.domain = n.domain and o.team_id = n.team_id where n.people <> o.people;
    if names is null then
      return null;
    end if;
    perform lock_reach(names, false);
    insert into connection_members as c (connection_id, team_id, people)
    select d.connection_id, n.team_id, sum(n.people - o.people) from added n
      join removed o on o.domain = n.domain and o.team_id = n.team_id
      join domains d on d.name = n.domain and d.state = 'SSO on'
    group by d.connection_id, n.team_id having sum(n.people - o.people) <> 0 order by d.connection_id, n.team_id
    on conflict (connection_id, team_id) do update set people = c.people + excluded.people;
  end if;
  return null;
end $$;
--> statement-breakpoint
create trigger domains_linked after update on domains
  referencing old table as removed new table as added for each statement execute function count_linked();
--> statement-breakpoint
create trigger user_counts_reached_in after insert on user_counts
  referencing new table as added for each statement execute function count_reached_people();
--> statement-breakpoint
create trigger user_counts_reached after update on user_counts
  referencing old table as removed new table as added for each statement execute function count_reached_people();
--> statement-breakpoint
create trigger member_counts_reached_in after insert on member_counts
  referencing new table as added for each statement execute function count_reached_members();
--> statement-breakpoint
create trigger member_counts_reached after update on member_counts
  referencing old table as removed new table as added for each statement execute function count_reached_members();
--> statement-breakpoint
-- The triggers hold their tables until the migration commits, so nothing is missed between them and this.
insert into connection_counts (connection_id, domains, sso_on, people)
select d.connection_id, count(*), count(*) filter (where d.state = 'SSO on'),
  coalesce(sum(u.people) filter (where d.state = 'SSO on'), 0)
from domains d left join user_counts u on u.domain = d.name
where d.connection_id is not null group by d.connection_id;
--> statement-breakpoint
insert into connection_members (connection_id, team_id, people)
select d.connection_id, m.team_id, sum(m.people) from domains d join member_counts m on m.domain = d.name
where d.state = 'SSO on' group by d.connection_id, m.team_id;
--> statement-breakpoint
create function count_domains() returns trigger language plpgsql as $$
begin
  insert into team_counts as c (team_id, domains)
  select team_id, case tg_op when 'INSERT' then count(*) else -count(*) end from changed group by team_id order by team_id
  on conflict (team_id) do update set domains = c.domains + excluded.domains;
  return null;
end $$;
--> statement-breakpoint
create trigger domains_counted_in after insert on domains
  referencing new table as changed for each statement execute function count_domains();
--> statement-breakpoint
create trigger domains_counted_out after delete on domains
  referencing old table as changed for each statement execute function count_domains();
--> statement-breakpoint
insert into team_counts (team_id, domains) select team_id, count(*) from domains group by team_id;
