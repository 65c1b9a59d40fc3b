-- What must never be, refused by the database itself. Codes: DB001 a state that has no such arrow,
-- DB002 the audit trail is append-only.

create function domains_follow_arrows() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    if new.state <> 'Unverified' then
      raise exception 'a domain begins Unverified' using errcode = 'DB001', constraint = 'domains_arrows', table = 'domains';
    end if;
    return new;
  end if;
  if tg_op = 'DELETE' then
    if old.state not in ('Unverified', 'Deleting') then
      raise exception 'a domain that is % cannot go at once', old.state using errcode = 'DB001', constraint = 'domains_arrows', table = 'domains';
    end if;
    return old;
  end if;
  if new.state <> old.state and (old.state, new.state) not in (
    ('Unverified', 'Verified'),
    ('Verified', 'SSO off'),
    ('SSO off', 'SSO on'),
    ('SSO on', 'SSO off'),
    ('SSO off', 'Verified'),
    ('Verified', 'Deleting'),
    ('Deleting', 'Verified')
  ) then
    raise exception 'a domain does not go from % to %', old.state, new.state using errcode = 'DB001', constraint = 'domains_arrows', table = 'domains';
  end if;
  -- Moving to another connection goes through Verified, so that its people are told.
  if old.state in ('SSO off', 'SSO on') and new.state in ('SSO off', 'SSO on') and new.connection_id is distinct from old.connection_id then
    raise exception 'a linked domain is unlinked before it gets another connection' using errcode = 'DB001', constraint = 'domains_arrows', table = 'domains';
  end if;
  if new.name <> old.name or new.team_id <> old.team_id then
    raise exception 'a domain keeps its name and team' using errcode = 'DB001', constraint = 'domains_arrows', table = 'domains';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger domains_arrows before insert or update or delete on domains
  for each row execute function domains_follow_arrows();
--> statement-breakpoint
create function requests_follow_arrows() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    if new.status <> 'Pending' or new.approvals <> 0 then
      raise exception 'a request begins Pending' using errcode = 'DB001', constraint = 'requests_arrows', table = 'requests';
    end if;
    return new;
  end if;
  if new.status <> old.status and (old.status, new.status) not in (
    ('Pending', 'Approved'), ('Pending', 'Done'), ('Pending', 'Failed'), ('Pending', 'Rejected'),
    ('Pending', 'Withdrawn'), ('Pending', 'Expired'), ('Pending', 'Void'),
    ('Approved', 'Done'), ('Approved', 'Failed'), ('Approved', 'Withdrawn'),
    ('Failed', 'Approved'), ('Failed', 'Done'), ('Failed', 'Void')
  ) then
    raise exception 'a request does not go from % to %', old.status, new.status using errcode = 'DB001', constraint = 'requests_arrows', table = 'requests';
  end if;
  if new.status in ('Approved', 'Done') and new.approvals < new.needed then
    raise exception 'a request with % of % approvals is not approved', new.approvals, new.needed using errcode = 'DB001', constraint = 'requests_arrows', table = 'requests';
  end if;
  if new.requester <> old.requester or new.kind <> old.kind or new.input <> old.input or new.bound <> old.bound then
    raise exception 'what was asked stays as it was asked' using errcode = 'DB001', constraint = 'requests_arrows', table = 'requests';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger requests_arrows before insert or update on requests
  for each row execute function requests_follow_arrows();
--> statement-breakpoint
create function audit_is_append_only() returns trigger language plpgsql as $$
begin
  raise exception 'the audit trail is append-only' using errcode = 'DB002', constraint = 'audit_append_only', table = 'audit';
end $$;
--> statement-breakpoint
create trigger audit_append_only before update or delete on audit
  for each row execute function audit_is_append_only();
--> statement-breakpoint
create trigger audit_not_truncated before truncate on audit
  for each statement execute function audit_is_append_only();
--> statement-breakpoint
-- Counters of people, by whole statements: an import or a deletion of 10,000 rows updates one counter row.
-- They take their rows in order, so that two statements never wait for each other in a circle.
create function count_users() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    insert into user_counts (domain, people, with_password)
    select domain, count(*), count(password_hash) from added group by domain order by domain
    on conflict (domain) do update set
      people = user_counts.people + excluded.people,
      with_password = user_counts.with_password + excluded.with_password;
  elsif tg_op = 'DELETE' then
    update user_counts c set people = c.people - d.people, with_password = c.with_password - d.with_password
    from (select domain, count(*) as people, count(password_hash) as with_password from removed group by domain order by domain) d
    where c.domain = d.domain;
  else
    insert into user_counts (domain, people, with_password)
    select domain, sum(people), sum(with_password) from (
      select domain, count(*) as people, count(password_hash) as with_password from added group by domain
      union all
      select domain, -count(*), -count(password_hash) from removed group by domain
    ) both_sides
    group by domain having sum(people) <> 0 or sum(with_password) <> 0 order by domain
    on conflict (domain) do update set
      people = user_counts.people + excluded.people,
      with_password = user_counts.with_password + excluded.with_password;
  end if;
  return null;
end $$;
--> statement-breakpoint
create trigger users_counted_in after insert on users
  referencing new table as added for each statement execute function count_users();
--> statement-breakpoint
create trigger users_counted_out after delete on users
  referencing old table as removed for each statement execute function count_users();
--> statement-breakpoint
create trigger users_recounted after update on users
  referencing old table as removed new table as added for each statement execute function count_users();
--> statement-breakpoint
create function count_members() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    insert into member_counts (domain, team_id, people)
    select domain, team_id, count(*) from added group by domain, team_id order by domain, team_id
    on conflict (domain, team_id) do update set people = member_counts.people + excluded.people;
  else
    update member_counts c set people = c.people - d.people
    from (select domain, team_id, count(*) as people from removed group by domain, team_id order by domain, team_id) d
    where c.domain = d.domain and c.team_id = d.team_id;
  end if;
  return null;
end $$;
--> statement-breakpoint
create trigger members_counted_in after insert on memberships
  referencing new table as added for each statement execute function count_members();
--> statement-breakpoint
create trigger members_counted_out after delete on memberships
  referencing old table as removed for each statement execute function count_members();
