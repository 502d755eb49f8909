"""Tables inside of something: workbooks with sheets, records with other records inside."""
