CREATE TABLE "password_resets" (
	"token_hash" text PRIMARY KEY NOT NULL,
	"user_id" bigint NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"used_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "rate_limits" (
	"key" text PRIMARY KEY NOT NULL,
	"began_at" timestamp with time zone NOT NULL,
	"times" integer NOT NULL,
	CONSTRAINT "rate_limits_times" CHECK ("rate_limits"."times" > 0)
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"token_hash" text PRIMARY KEY NOT NULL,
	"user_id" bigint NOT NULL,
	"connection_id" text,
	"created_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "doubtful_sign_ins" (
	"connection_id" text NOT NULL,
	"subject" text NOT NULL,
	"name_id" text NOT NULL,
	"domain_id" text NOT NULL,
	"user_id" bigint NOT NULL,
	"reason" text NOT NULL,
	"email" text NOT NULL,
	"first_name" text NOT NULL,
	"last_name" text NOT NULL,
	"times" integer DEFAULT 1 NOT NULL,
	"first_at" timestamp with time zone NOT NULL,
	"last_at" timestamp with time zone NOT NULL,
	CONSTRAINT "doubtful_sign_ins_connection_id_subject_pk" PRIMARY KEY("connection_id","subject")
);
--> statement-breakpoint
CREATE TABLE "turn_offs" (
	"id" text PRIMARY KEY NOT NULL,
	"team_id" text NOT NULL,
	"domain_id" text NOT NULL,
	"request_id" text,
	"mail" boolean NOT NULL,
	"mailed_to" bigint DEFAULT 0 NOT NULL,
	"mailed" integer DEFAULT 0 NOT NULL,
	"shown" integer DEFAULT 0 NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"mail_ended_at" timestamp with time zone,
	CONSTRAINT "turn_offs_mail" CHECK ("turn_offs"."mail" or "turn_offs"."mailed" = 0)
);
--> statement-breakpoint
DROP INDEX "identities_user";--> statement-breakpoint
ALTER TABLE "password_resets" ADD CONSTRAINT "password_resets_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "doubtful_sign_ins" ADD CONSTRAINT "doubtful_sign_ins_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "doubtful_sign_ins" ADD CONSTRAINT "doubtful_sign_ins_domain_id_domains_id_fk" FOREIGN KEY ("domain_id") REFERENCES "public"."domains"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "doubtful_sign_ins" ADD CONSTRAINT "doubtful_sign_ins_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "turn_offs" ADD CONSTRAINT "turn_offs_team_id_teams_id_fk" FOREIGN KEY ("team_id") REFERENCES "public"."teams"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "turn_offs" ADD CONSTRAINT "turn_offs_domain_id_domains_id_fk" FOREIGN KEY ("domain_id") REFERENCES "public"."domains"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "password_resets_user" ON "password_resets" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "password_resets_expiry" ON "password_resets" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "rate_limits_began" ON "rate_limits" USING btree ("began_at");--> statement-breakpoint
CREATE INDEX "sessions_user" ON "sessions" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "sessions_expiry" ON "sessions" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "sessions_connection" ON "sessions" USING btree ("connection_id");--> statement-breakpoint
CREATE INDEX "doubtful_sign_ins_domain" ON "doubtful_sign_ins" USING btree ("domain_id","last_at");--> statement-breakpoint
CREATE INDEX "doubtful_sign_ins_user" ON "doubtful_sign_ins" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "turn_offs_domain" ON "turn_offs" USING btree ("domain_id","at");--> statement-breakpoint
CREATE INDEX "turn_offs_at" ON "turn_offs" USING btree ("at");--> statement-breakpoint
CREATE UNIQUE INDEX "identities_user" ON "identities" USING btree ("user_id","connection_id");