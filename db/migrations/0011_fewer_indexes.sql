DROP INDEX "domains_name";--> statement-breakpoint
DROP INDEX "memberships_domain";--> statement-breakpoint
DROP INDEX "domains_of_team";--> statement-breakpoint
DROP INDEX "domains_connection";--> statement-breakpoint
DROP INDEX "requests_open";--> statement-breakpoint
DROP INDEX "requests_subject";--> statement-breakpoint
CREATE UNIQUE INDEX "domains_of_team" ON "domains" USING btree ("name","team_id");--> statement-breakpoint
CREATE INDEX "domains_connection" ON "domains" USING btree ("connection_id","name","id","state") WHERE "domains"."connection_id" is not null;--> statement-breakpoint
CREATE INDEX "requests_open" ON "requests" USING btree ("team_id","created_at","id") WHERE "requests"."status" in ('Pending', 'Approved');--> statement-breakpoint
CREATE INDEX "requests_subject" ON "requests" USING btree ("subject_id") WHERE "requests"."status" in ('Pending', 'Approved');