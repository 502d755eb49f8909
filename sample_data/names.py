"""Given and family names from many cultures, to be combined at random: no pair of them stands for anyone."""

from __future__ import annotations

from wordlist import listed

FEMALE = listed("""
Abigail, Adaeze, Agnieszka, Aiko, Aisha, Alejandra, Amara, Amelie, Ana Sofía, Anahit, Anjali, Anneliese,
Annika, Ayşe, Beatriz, Bożena, Birgitta, Bronwyn, Camille, Carmen, Céline, Charlotte, Chiara, Chiamaka,
Chloë, Concepción, Daniela, Deborah, Deepika, Dolores, Edith, Eilidh, Eleni, Elif, Emine, Erzsébet,
Esperanza, Fatima, Fernanda, Fiona, Françoise, Freya, Gabriela, Genevieve, Gloria, Grace, Guðrún, Hadiza,
Hanna, Harriet, Hélène, Hope, Ines, Ingrid, Iris, Isabel, Jadwiga, Jasmine, Joy, Joséphine, Júlia, Kateřina,
Katarzyna, Keisha, Khadija, Kirsten, Lakshmi, Latoya, Leilani, Leticia, Lin, Lucía, Magdalena, Małgorzata,
Mai, María José, Marguerite, Marisol, May, Mei-Ling, Mette, Minh Anh, Miriam, Nadia, Naomi, Ngozi, Niamh,
Noor, Olga, Oluwaseun, Paloma, Parvati, Patience, Pilar, Priya, Quynh, Rachel, Rosalind, Rose, Ruth, Rūta,
Saoirse, Shanice, Shirin, Simone, Siobhán, Soo-jin, Sunniva, Svetlana, Tamar, Tatiana, Thandiwe, Tuyết,
Ursula, Valentina, Wanjiru, Weronika, Xiomara, Yael, Yasmin, Yuki, Zainab, Zofia, Zsófia
""")

MALE = listed("""
Abdullahi, Adrián, Agustín, Ahmad, Alasdair, Alberto, Aleksander, Amir, Anders, André, Andrzej, Antoine,
Arjun, Arturo, Asbjørn, Ayodele, Bartłomiej, Benedikt, Bilal, Björn, Bogdan, Brendan, Caleb, Carlos, Cathal,
Chidi, Chen, Cornelius, Curtis, Dafydd, Dariusz, Darnell, Declan, Demetrius, Diego, Dmitri, Đorđe, Eamon,
Eduardo, Einar, Emeka, Emre, Enrique, Étienne, Farid, Felipe, Finn, Florin, François, Frank, Giorgos,
Giovanni, Gustavo, Hamza, Harold, Hassan, Henrik, Hiroshi, Hugo, Ibrahim, Ignacio, İsmail, István, Ivan,
Jabari, Jack, Jacek, Jakub, Jamal, Javier, Jean-Baptiste, Jerome, Jesús, Jiří, João, Jonas, José Luis, Juma,
Jürgen, Kamal, Karthik, Kenji, Kofi, Krzysztof, Kwame, Lamar, László, Leonardo, Liam, Lorenzo, Łukasz,
Malik, Marek, Mark, Mateo, Matthias, Mehmet, Mikael, Mohammed, Murat, Nikolai, Oisín, Olamide, Omar, Oscar,
Pablo, Pádraig, Pedro, Piotr, Rafael, Rajesh, Ramón, Reza, Rhys, Roberto, Ruairí, Samir, Santiago,
Sebastián, Sergei, Sipho, Søren, Stanisław, Stelios, Sunil, Tadeusz, Takeshi, Tariq, Terrence, Tomáš, Tuấn,
Tyrone, Umar, Vikram, Vladimir, Walter, Wei, Will, Xavier, Yaw, Yusuf, Zbigniew, Zoltán, Žarko
""")

NEUTRAL = listed("""
Alex, Ariel, Casey, Dakota, Emerson, Jordan, Kai, Morgan, Parker, Quinn, Remy, River, Robin, Rowan, Sage,
Sasha, Skyler, Taylor
""")

FAMILY = listed("""
Abara, Abernathy, Aboud, Acheampong, Achterberg, Adeyemi, Agbaje, Aguilar, Ahlström, Akhtar, Albescu,
Almqvist, Al-Farouqi, Al-Khatib, Altınok, Anand, Andrade, Antonescu, Arana, Årdal, Arslan, Asante, Aubert,
Ávila, Aydoğan, Bąkowski, Balogun, Bancroft, Banerjee, Baptista, Barzani, Başaran, Beaumont, Bednarz,
Belmonte, Ben-Ami, Benítez, Berglund, Bhattacharya, Bielak, Bjarnason, Blackwood, Boateng, Bondarenko,
Bouchard, Brânză, Brightwater, Brown, Buchwald, Bui, Cabrera, Çağlar, Callahan, Câmara, Cárdenas,
Castellanos, Cavalcanti, Chandrasekhar, Chatterjee, Chikwendu, Chmielewski, Cho, Chowdhury, Christensen,
Cienfuegos, Clarke, Cole, Contreras, Córdoba, Costa, Crawford, Cruz, Csonka, Czarnecki, D'Amico, D'Angelo,
Dąbek, Dalgaard, Dang, da Silva, Davenport, De Backer, de la Cruz, de la Peña, de Vries, del Río, Demir,
Deschamps, Desai, Diallo, Dimitrov, Đặng, Donnelly, Dragomir, Dubois, Duarte, Dvořák, Ebner, Echeverría,
Edwards, Eerdmans, Ekström, El-Amin, El Masri, Eklund, Elliott, Enache, Erdoğdu, Espinosa, Estévez, Faltas,
Farrokhzadi, Fernández, Ferreira, Figueroa, Fitzwilliam, Fjeld, Fofanah, Fontaine, Forsberg, Foster, Fraser,
Fujimori, Gärtner, Gallagher, Garbowski, Gebremariam, Georgiou, Ghoshal, Gilchrist, Giordano, Gómez,
Gonçalves, Grabowska, Green, Grønbech, Guðmundsson, Guerrero, Gutiérrez, Gyamfi, Haddad, Håkansson,
Halvorsen, Hamidi, Hansen, Harrington, Hartwell, Hashimoto, Hernández, Herrera, Hinterberger, Ho, Hollander,
Horváth, Huang, Hughes, Ibáñez, Idowu, Ilves, Iñárritu, Ivanova, Jaatinen, Jakobsen, James, Jankowiak,
Jensen, Jeong, Jovanović, Joyce, Juhász, Kaczor, Kamau, Kang, Kapoor, Karlsson, Kassab, Katz, Kaya,
Kelleher, Khalil, Kikuchi, King, Kiplagat, Kılıç, Kjærgaard, Kobayashi, Kowalczyk, Kravchenko, Krüger,
Kumar, Kurtuluş, Kwiatkowska, Lachapelle, Laframboise, Laîné, Lange, Larsen, Lavoie, Le, Lefèvre, Lehtonen,
León, Levy, Li, Lindholm, Liu, Llewellyn, Lombardi, Long, López, Löwe, Lungu, Łuczak, MacAllister, Machado,
Majewska, Mahlangu, Malinowski, Mancini, Manzoor, Markovic, Marsh, Martínez, Masood, Mbeki-Ross, McAuliffe,
McDermott, Mehta, Mendoza, Mensah, Meyer, Mihai, Mirza, Molina, Moreau, Moreno-Vidal, Mori, Mukherjee,
Müller, Muñoz, Murillo, Mwangi, Naidoo, Nakagawa, Navarro, Ndiaye, Németh, Nguyen, Nichols, Nieminen,
Nilsen, Nkosi, Novák, Nowacki, Nuñez, Nyström, O'Brien, O'Connor, O'Dowd, O'Halloran, Obi, Ødegård,
Ogunleye, Ojeda, Okeke, Olsson, Ong, Önder, Ortega, Osei, Østby, Ovalle, Özkan, Pacheco, Page, Pak, Palmer,
Papadakis, Park, Pastrana, Patel, Pavlović, Pawlak, Peña, Pereira, Petit, Petrosyan, Phan, Phiri, Piątek,
Pillai, Pinto, Popescu, Potter, Price, Puig, Qureshi, Quintero, Rahimi, Ramírez-Ortiz, Rao, Rasmussen,
Rautio, Renard, Reyes, Rice, Riordan, Rivera, Robles, Rojas, Rosenfeld, Rossi, Rousseau-Tremblay, Ruiz,
Rutkowska, Rybák, Sætre, Saito, Salazar, Sánchez, Santoro, Šarić, Savage, Schäfer, Schreiber, Sepúlveda,
Serrano, Shah, Sharma, Shevchenko, Shimizu, Sigurðardóttir, Silva, Singh, Şahin, Şimşek, Skov, Smith,
Solberg, Soto, St. Clair, Stępień, Stern, Strand, Suárez, Suzuki, Świątek, Szabó, Szczepaniak, Tadesse,
Takahashi, Tan, Tanaka, Tembo, Thapa, Thibault, Thompson, Thorsen, Toivonen, Torres, Toure, Trần,
Tshabalala, Tüfekçi, Udoh, Ueda, Ulrich, Underhill, Ünal, Urbina, Vaillancourt, Valdés, van den Berg, van
der Merwe, Varga, Vasquez, Venter, Verhoeven, Viana, Vogel, von Ahlefeld, Vu, Wallace, Wang, Warsame, Weiss,
West, White, Wierzba, Wójtowicz, Wong, Wood, Woźniak, Xu, Yamashita, Yang, Yeboah, Yıldız, Young, Zabala,
Zając, Zamora, Zhang, Zhao, Zielińska, Zimmermann, Zulu, Žukauskas
""")
