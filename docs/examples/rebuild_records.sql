-- MARCMaker text, from the rows of the table subfields.
WITH texts AS (
  SELECT CAST(record_number AS INTEGER) AS record,
         CAST(field_number AS INTEGER) AS field,
         '=' || tag || '  ' || replace(ind1 || ind2, ' ', '\') AS begin,
         CASE code WHEN '' THEN '' ELSE '$' || code END AS code,
         replace(replace(replace(value, '$', char(1)), '{', char(2)), '}', '{rcub}') AS value
  FROM subfields
  ORDER BY 1, 2, CAST(subfield_number AS INTEGER)
)
SELECT CASE field WHEN 0 THEN char(10) ELSE '' END || begin ||
       group_concat(code || replace(replace(value, char(2), '{lcub}'), char(1), '{dollar}'), '')
FROM texts
GROUP BY record, field, begin;
