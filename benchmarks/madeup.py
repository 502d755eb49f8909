"""Names and towns that made-up people of the benchmarks are put together of."""

GIVEN = "Mara Lio Tessa Bran Oda Piet Sune Ilka Ravi Noor Hana Kofi Elin Tomas Yara Goran".split()
FAMILY = "Velden Ostrom Karsik Bellamy Quint Durrow Anselm Petrik Yarrow Solano Imber Falke".split()
CITIES = "Leeds Lyon Graz Porto Ghent Utrecht Cork Turin Brno Malmo".split()
