ALTER TABLE "audit" ADD COLUMN "subject_id" text;--> statement-breakpoint
CREATE INDEX "audit_subject_id" ON "audit" USING btree ("team_id","subject_id","seq") WHERE "audit"."subject_id" is not null;--> statement-breakpoint
CREATE INDEX "certificates_end" ON "certificates" USING btree ("valid_until");