-- Where a publication is FOR ALL TABLES, nothing can be deleted from a table without a replica
-- identity. Those with a primary key have one.
ALTER TABLE {{schema}}content_cutoff REPLICA IDENTITY FULL;
ALTER TABLE {{schema}}usage_summary REPLICA IDENTITY FULL;
ALTER TABLE {{schema}}turn_change REPLICA IDENTITY FULL;

-- Statistics quote rows, and outlive those that are pruned. Nothing is looked up by a body. To set
-- the type again rewrites nothing, and drops the statistics that there are.
ALTER TABLE {{schema}}content ALTER COLUMN body TYPE {{text}};
ALTER TABLE {{schema}}content ALTER COLUMN body SET STATISTICS 0;
