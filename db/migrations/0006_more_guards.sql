-- What was asked stays as it was asked, in all that an approval rests on: also who must approve, how many, of whom.
create or replace function requests_follow_arrows() returns trigger language plpgsql as $$
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
  if (new.id, new.team_id, new.workspace_id, new.kind, new.subject_id, new.subject_name, new.requester, new.needed, new.act,
      new.input, new.asks, new.bound, new.impact, new.checks, new.created_at, new.deadline)
    is distinct from (old.id, old.team_id, old.workspace_id, old.kind, old.subject_id, old.subject_name, old.requester,
      old.needed, old.act, old.input, old.asks, old.bound, old.impact, old.checks, old.created_at, old.deadline)
    or new.reason is distinct from old.reason then
    raise exception 'what was asked stays as it was asked' using errcode = 'DB001', constraint = 'requests_arrows', table = 'requests';
  end if;
  return new;
end $$;
--> statement-breakpoint
-- The counter of approvals alone runs nothing: behind it there are as many people, none of them the one who asked.
-- After the statement, since the last decision is written by the same one.
create function requests_have_deciders() returns trigger language plpgsql as $$
begin
  if (select count(*) from decisions d
      where d.request_id = new.id and d.verdict = 'approve' and d.slack_id <> new.requester) < new.needed then
    raise exception 'a request is approved by people' using errcode = 'DB001', constraint = 'requests_four_eyes', table = 'requests';
  end if;
  return null;
end $$;
--> statement-breakpoint
create trigger requests_four_eyes after update on requests for each row
  when (new.status in ('Approved', 'Done') and old.status in ('Pending', 'Failed'))
  execute function requests_have_deciders();
--> statement-breakpoint
create function stays_as_written() returns trigger language plpgsql as $$
begin
  raise exception '% stays as it was written', tg_table_name using errcode = 'DB002', constraint = tg_name, table = tg_table_name;
end $$;
--> statement-breakpoint
create trigger requests_kept before delete on requests for each row execute function stays_as_written();
--> statement-breakpoint
create trigger decisions_kept before update or delete on decisions for each row execute function stays_as_written();
--> statement-breakpoint
-- The end of a chain moves on only.
create function audit_head_moves_on() returns trigger language plpgsql as $$
begin
  if tg_op <> 'UPDATE' or new.team_id <> old.team_id or new.seq <= old.seq then
    raise exception 'the end of an audit trail moves on only' using errcode = 'DB002', constraint = 'audit_heads_move_on', table = 'audit_heads';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger audit_heads_move_on before update or delete on audit_heads
  for each row execute function audit_head_moves_on();
--> statement-breakpoint
create trigger audit_heads_not_truncated before truncate on audit_heads
  for each statement execute function stays_as_written();
