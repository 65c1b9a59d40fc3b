ALTER TABLE "domains" ADD COLUMN "look_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "domains" ADD COLUMN "looks" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX "domains_look" ON "domains" USING btree ("look_at") WHERE "domains"."look_at" is not null;