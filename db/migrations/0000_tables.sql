CREATE TABLE "audit" (
	"team_id" text NOT NULL,
	"seq" bigint NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"actor" text NOT NULL,
	"kind" text NOT NULL,
	"outcome" text NOT NULL,
	"subject_name" text NOT NULL,
	"body" text NOT NULL,
	"hash" text NOT NULL,
	CONSTRAINT "audit_team_id_seq_pk" PRIMARY KEY("team_id","seq")
);
--> statement-breakpoint
CREATE TABLE "audit_heads" (
	"team_id" text PRIMARY KEY NOT NULL,
	"seq" bigint NOT NULL,
	"hash" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "certificates" (
	"id" text PRIMARY KEY NOT NULL,
	"connection_id" text NOT NULL,
	"team_id" text NOT NULL,
	"fingerprint" text NOT NULL,
	"der" text NOT NULL,
	"subject" text NOT NULL,
	"issuer" text NOT NULL,
	"key_type" text NOT NULL,
	"key_bits" integer NOT NULL,
	"valid_from" timestamp with time zone NOT NULL,
	"valid_until" timestamp with time zone NOT NULL,
	"added_at" timestamp with time zone NOT NULL,
	"last_used_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "connections" (
	"id" text PRIMARY KEY NOT NULL,
	"team_id" text NOT NULL,
	"name" text NOT NULL,
	"name_key" text NOT NULL,
	"provider" text NOT NULL,
	"entity_id" text NOT NULL,
	"sso_url" text NOT NULL,
	"sso_binding" text NOT NULL,
	"metadata_url" text,
	"config_hash" text NOT NULL,
	"tested_hash" text,
	"tested_at" timestamp with time zone,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "connections_of_team" UNIQUE("id","team_id"),
	CONSTRAINT "connections_name_length" CHECK (char_length("connections"."name") between 1 and 60),
	CONSTRAINT "connections_binding" CHECK ("connections"."sso_binding" in ('redirect', 'post'))
);
--> statement-breakpoint
CREATE TABLE "installation" (
	"key" text PRIMARY KEY NOT NULL,
	"value" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "messages" (
	"key" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"channel" text NOT NULL,
	"ts" text NOT NULL,
	"shown" text NOT NULL,
	"updated_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "outbox" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "outbox_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"workspace_id" text NOT NULL,
	"team_id" text,
	"kind" text NOT NULL,
	"lane" text NOT NULL,
	"payload" jsonb NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"due_at" timestamp with time zone NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"problem" text,
	"sent_at" timestamp with time zone,
	"dropped_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "deletions" (
	"id" text PRIMARY KEY NOT NULL,
	"team_id" text NOT NULL,
	"domain_id" text NOT NULL,
	"domain_name" text NOT NULL,
	"request_id" text,
	"asked_by" text NOT NULL,
	"status" text NOT NULL,
	"total" integer NOT NULL,
	"released" integer DEFAULT 0 NOT NULL,
	"problem" text,
	"attempts" integer DEFAULT 0 NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"first_batch_at" timestamp with time zone,
	"moved_at" timestamp with time zone NOT NULL,
	"ended_at" timestamp with time zone,
	CONSTRAINT "deletions_status" CHECK ("deletions"."status" in ('Running', 'Stuck', 'Cancelled', 'Done'))
);
--> statement-breakpoint
CREATE TABLE "domains" (
	"id" text PRIMARY KEY NOT NULL,
	"team_id" text NOT NULL,
	"name" text NOT NULL,
	"state" text NOT NULL,
	"connection_id" text,
	"jit" boolean DEFAULT false NOT NULL,
	"token" text NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"added_at" timestamp with time zone NOT NULL,
	"added_by" text NOT NULL,
	"verified_at" timestamp with time zone,
	"checked_at" timestamp with time zone,
	"check_note" text,
	CONSTRAINT "domains_state" CHECK ("domains"."state" in ('Unverified', 'Verified', 'SSO off', 'SSO on', 'Deleting')),
	CONSTRAINT "domains_linked_has_connection" CHECK (("domains"."state" in ('SSO off', 'SSO on')) = ("domains"."connection_id" is not null))
);
--> statement-breakpoint
CREATE TABLE "test_users" (
	"domain_id" text NOT NULL,
	"email" text NOT NULL,
	"added_at" timestamp with time zone NOT NULL,
	CONSTRAINT "test_users_domain_id_email_pk" PRIMARY KEY("domain_id","email")
);
--> statement-breakpoint
CREATE TABLE "decisions" (
	"request_id" text NOT NULL,
	"requester" text NOT NULL,
	"slack_id" text NOT NULL,
	"verdict" text NOT NULL,
	"comment" text,
	"decided_at" timestamp with time zone NOT NULL,
	CONSTRAINT "decisions_request_id_slack_id_pk" PRIMARY KEY("request_id","slack_id"),
	CONSTRAINT "decisions_four_eyes" CHECK ("decisions"."slack_id" <> "decisions"."requester"),
	CONSTRAINT "decisions_verdict" CHECK ("decisions"."verdict" in ('approve', 'reject'))
);
--> statement-breakpoint
CREATE TABLE "requests" (
	"id" text PRIMARY KEY NOT NULL,
	"team_id" text NOT NULL,
	"workspace_id" text NOT NULL,
	"kind" text NOT NULL,
	"subject_id" text NOT NULL,
	"subject_name" text NOT NULL,
	"input" jsonb NOT NULL,
	"asks" jsonb NOT NULL,
	"act" text NOT NULL,
	"checks" jsonb NOT NULL,
	"bound" jsonb NOT NULL,
	"impact" jsonb NOT NULL,
	"reason" text,
	"requester" text NOT NULL,
	"needed" integer NOT NULL,
	"approvals" integer DEFAULT 0 NOT NULL,
	"status" text NOT NULL,
	"note" text,
	"ended_by" text,
	"error_ref" text,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"deadline" timestamp with time zone NOT NULL,
	"reminded_at" timestamp with time zone,
	"ended_at" timestamp with time zone,
	CONSTRAINT "requests_by_requester" UNIQUE("id","requester"),
	CONSTRAINT "requests_status" CHECK ("requests"."status" in ('Pending', 'Approved', 'Done', 'Failed', 'Rejected', 'Withdrawn', 'Expired', 'Void')),
	CONSTRAINT "requests_needed" CHECK ("requests"."needed" between 1 and 3),
	CONSTRAINT "requests_approvals" CHECK ("requests"."approvals" between 0 and "requests"."needed")
);
--> statement-breakpoint
CREATE TABLE "authn_requests" (
	"id" text PRIMARY KEY NOT NULL,
	"connection_id" text NOT NULL,
	"purpose" text NOT NULL,
	"config_hash" text NOT NULL,
	"workspace_id" text,
	"slack_id" text,
	"browser_hash" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"used_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "evidence" (
	"id" text PRIMARY KEY NOT NULL,
	"connection_id" text NOT NULL,
	"config_hash" text NOT NULL,
	"slack_id" text NOT NULL,
	"passed" boolean NOT NULL,
	"report" jsonb NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "test_links" (
	"token_hash" text PRIMARY KEY NOT NULL,
	"connection_id" text NOT NULL,
	"workspace_id" text NOT NULL,
	"slack_id" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "used_assertions" (
	"connection_id" text NOT NULL,
	"assertion_id" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	CONSTRAINT "used_assertions_connection_id_assertion_id_pk" PRIMARY KEY("connection_id","assertion_id")
);
--> statement-breakpoint
CREATE TABLE "people" (
	"workspace_id" text NOT NULL,
	"slack_id" text NOT NULL,
	"name" text NOT NULL,
	"time_zone" text NOT NULL,
	"slack_admin" boolean NOT NULL,
	"guest" boolean NOT NULL,
	"deactivated" boolean NOT NULL,
	"read_at" timestamp with time zone NOT NULL,
	CONSTRAINT "people_workspace_id_slack_id_pk" PRIMARY KEY("workspace_id","slack_id")
);
--> statement-breakpoint
CREATE TABLE "workspaces" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"bot_token" text NOT NULL,
	"bot_id" text NOT NULL,
	"bot_user_id" text NOT NULL,
	"installed_at" timestamp with time zone NOT NULL,
	"removed_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "members" (
	"team_id" text NOT NULL,
	"workspace_id" text NOT NULL,
	"slack_id" text NOT NULL,
	"admin" boolean NOT NULL,
	"approver" boolean NOT NULL,
	CONSTRAINT "members_team_id_slack_id_pk" PRIMARY KEY("team_id","slack_id"),
	CONSTRAINT "members_some_role" CHECK ("members"."admin" or "members"."approver")
);
--> statement-breakpoint
CREATE TABLE "teams" (
	"id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"name" text NOT NULL,
	"name_key" text NOT NULL,
	"channel_id" text NOT NULL,
	"approvals" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"approvals_needed" integer DEFAULT 1 NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "teams_approvals_needed" CHECK ("teams"."approvals_needed" between 0 and 3)
);
--> statement-breakpoint
CREATE TABLE "identities" (
	"connection_id" text NOT NULL,
	"subject" text NOT NULL,
	"name_id" text NOT NULL,
	"user_id" bigint NOT NULL,
	"domain_id" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"last_seen_at" timestamp with time zone NOT NULL,
	CONSTRAINT "identities_connection_id_subject_pk" PRIMARY KEY("connection_id","subject")
);
--> statement-breakpoint
CREATE TABLE "member_counts" (
	"domain" text NOT NULL,
	"team_id" text NOT NULL,
	"people" integer NOT NULL,
	CONSTRAINT "member_counts_domain_team_id_pk" PRIMARY KEY("domain","team_id")
);
--> statement-breakpoint
CREATE TABLE "memberships" (
	"team_id" text NOT NULL,
	"user_id" bigint NOT NULL,
	"domain" text NOT NULL,
	"via_domain_id" text,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "memberships_user_id_team_id_pk" PRIMARY KEY("user_id","team_id")
);
--> statement-breakpoint
CREATE TABLE "user_counts" (
	"domain" text PRIMARY KEY NOT NULL,
	"people" integer NOT NULL,
	"with_password" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "users" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "users_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"email" text NOT NULL,
	"domain" text NOT NULL,
	"first_name" text NOT NULL,
	"last_name" text NOT NULL,
	"password_hash" text,
	"created_at" timestamp with time zone NOT NULL,
	"signed_in_at" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "audit" ADD CONSTRAINT "audit_team_id_teams_id_fk" FOREIGN KEY ("team_id") REFERENCES "public"."teams"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "audit_heads" ADD CONSTRAINT "audit_heads_team_id_teams_id_fk" FOREIGN KEY ("team_id") REFERENCES "public"."teams"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "certificates" ADD CONSTRAINT "certificates_connection_id_team_id_connections_id_team_id_fk" FOREIGN KEY ("connection_id","team_id") REFERENCES "public"."connections"("id","team_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "connections" ADD CONSTRAINT "connections_team_id_teams_id_fk" FOREIGN KEY ("team_id") REFERENCES "public"."teams"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "deletions" ADD CONSTRAINT "deletions_team_id_teams_id_fk" FOREIGN KEY ("team_id") REFERENCES "public"."teams"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "domains" ADD CONSTRAINT "domains_team_id_teams_id_fk" FOREIGN KEY ("team_id") REFERENCES "public"."teams"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "domains" ADD CONSTRAINT "domains_connection_of_team" FOREIGN KEY ("connection_id","team_id") REFERENCES "public"."connections"("id","team_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "test_users" ADD CONSTRAINT "test_users_domain_id_domains_id_fk" FOREIGN KEY ("domain_id") REFERENCES "public"."domains"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "decisions" ADD CONSTRAINT "decisions_request_id_requester_requests_id_requester_fk" FOREIGN KEY ("request_id","requester") REFERENCES "public"."requests"("id","requester") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "requests" ADD CONSTRAINT "requests_team_id_teams_id_fk" FOREIGN KEY ("team_id") REFERENCES "public"."teams"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "authn_requests" ADD CONSTRAINT "authn_requests_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "evidence" ADD CONSTRAINT "evidence_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "test_links" ADD CONSTRAINT "test_links_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "used_assertions" ADD CONSTRAINT "used_assertions_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "people" ADD CONSTRAINT "people_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "members" ADD CONSTRAINT "members_team_id_teams_id_fk" FOREIGN KEY ("team_id") REFERENCES "public"."teams"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "members" ADD CONSTRAINT "members_workspace_id_slack_id_people_workspace_id_slack_id_fk" FOREIGN KEY ("workspace_id","slack_id") REFERENCES "public"."people"("workspace_id","slack_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "teams" ADD CONSTRAINT "teams_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "identities" ADD CONSTRAINT "identities_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "identities" ADD CONSTRAINT "identities_domain_id_domains_id_fk" FOREIGN KEY ("domain_id") REFERENCES "public"."domains"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "identities" ADD CONSTRAINT "identities_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "memberships" ADD CONSTRAINT "memberships_team_id_teams_id_fk" FOREIGN KEY ("team_id") REFERENCES "public"."teams"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "memberships" ADD CONSTRAINT "memberships_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "memberships" ADD CONSTRAINT "memberships_via_domain_id_domains_id_fk" FOREIGN KEY ("via_domain_id") REFERENCES "public"."domains"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "audit_subject" ON "audit" USING btree ("team_id","subject_name","seq");--> statement-breakpoint
CREATE UNIQUE INDEX "certificates_fingerprint" ON "certificates" USING btree ("connection_id","fingerprint");--> statement-breakpoint
CREATE UNIQUE INDEX "connections_name" ON "connections" USING btree ("team_id","name_key");--> statement-breakpoint
CREATE INDEX "outbox_waiting" ON "outbox" USING btree ("lane","id") WHERE "outbox"."sent_at" is null and "outbox"."dropped_at" is null;--> statement-breakpoint
CREATE INDEX "outbox_due" ON "outbox" USING btree ("due_at") WHERE "outbox"."sent_at" is null and "outbox"."dropped_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "deletions_live" ON "deletions" USING btree ("domain_id") WHERE "deletions"."status" in ('Running', 'Stuck');--> statement-breakpoint
CREATE INDEX "deletions_name" ON "deletions" USING btree ("domain_name","started_at");--> statement-breakpoint
CREATE UNIQUE INDEX "domains_of_team" ON "domains" USING btree ("team_id","name");--> statement-breakpoint
CREATE UNIQUE INDEX "domains_live_owner" ON "domains" USING btree ("name") WHERE "domains"."state" <> 'Unverified';--> statement-breakpoint
CREATE INDEX "domains_name" ON "domains" USING btree ("name");--> statement-breakpoint
CREATE INDEX "domains_search" ON "domains" USING btree ("team_id","name" text_pattern_ops);--> statement-breakpoint
CREATE INDEX "domains_search_verified" ON "domains" USING btree ("team_id","name" text_pattern_ops) WHERE "domains"."state" = 'Verified';--> statement-breakpoint
CREATE INDEX "domains_connection" ON "domains" USING btree ("connection_id","name");--> statement-breakpoint
CREATE UNIQUE INDEX "requests_one_open" ON "requests" USING btree ("team_id","kind","subject_id") WHERE "requests"."status" in ('Pending', 'Approved');--> statement-breakpoint
CREATE INDEX "requests_open" ON "requests" USING btree ("team_id","created_at") WHERE "requests"."status" in ('Pending', 'Approved');--> statement-breakpoint
CREATE INDEX "requests_due" ON "requests" USING btree ("deadline") WHERE "requests"."status" = 'Pending';--> statement-breakpoint
CREATE INDEX "requests_subject" ON "requests" USING btree ("subject_id","created_at");--> statement-breakpoint
CREATE INDEX "authn_requests_expiry" ON "authn_requests" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "evidence_connection" ON "evidence" USING btree ("connection_id","at");--> statement-breakpoint
CREATE INDEX "members_person" ON "members" USING btree ("workspace_id","slack_id");--> statement-breakpoint
CREATE UNIQUE INDEX "teams_name" ON "teams" USING btree ("workspace_id","name_key");--> statement-breakpoint
CREATE INDEX "teams_channel" ON "teams" USING btree ("workspace_id","channel_id");--> statement-breakpoint
CREATE INDEX "identities_user" ON "identities" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "identities_domain" ON "identities" USING btree ("domain_id","user_id");--> statement-breakpoint
CREATE INDEX "memberships_via" ON "memberships" USING btree ("via_domain_id","user_id") WHERE "memberships"."via_domain_id" is not null;--> statement-breakpoint
CREATE INDEX "memberships_domain" ON "memberships" USING btree ("team_id","domain","user_id");--> statement-breakpoint
CREATE UNIQUE INDEX "users_email" ON "users" USING btree ("email");--> statement-breakpoint
CREATE INDEX "users_domain" ON "users" USING btree ("domain","id");